import { App } from 'cdk8s';
import { Alerting } from './alerting';

// Rules with tests, a ruler, an Alertmanager that tells people and keeps records, and meta-monitoring that needs nothing of all that.

const app = new App();
const { stack } = new Alerting(app, 'monitoring');

app.synth();
stack.writePlan('plan');
