import { drawn } from '../../../src/rules/promql/drawn';
import { parseTemplate } from '../../../src/rules/template/parser';

test.each([
  'no template, with $ and {', '{{ $value }}', '{{ $labels.instance }} of {{ $labels.job }}', '{{ .Labels.job }}{{ .Value }}{{ $.ExternalLabels.cluster }}{{ .ExternalURL }}',
  '{{ $value | humanizePercentage }}', '{{ printf "%.2f" $value }}', '{{- $x := 5 -}}{{ $x }}', '{{ $labels.job | toUpper | reReplaceAll "A" "b" }}',
  '{{ range query "up == 0" }}{{ .Labels.instance }}{{ end }}', '{{ range $i, $v := query "up" }}{{ $i }}{{ $v.Value }}{{ else }}none{{ end }}',
  '{{ with query "sum(up)" }}{{ . | first | value | humanize }}{{ end }}', '{{ if eq $labels.a "b" }}x{{ else if gt $value 5.0 }}y{{ else }}z{{ end }}',
  '{{ (query "up" | first).Labels.job }}', '{{/* a comment */}}', '{{- /* a comment */ -}}', '{{ define "t" }}a{{ end }}{{ template "t" . }}', '{{ block "b" . }}x{{ end }}',
  '{{ index $labels "a.b" }}', '{{ range query "up" }}{{ break }}{{ end }}', '{{ true }}', '{{ `raw` }}', '{{ with 1 }}{{ else with 2 }}{{ end }}',
  '{{ $labels.service }}/{{ $externalLabels.cluster }}{{ $externalURL }}', '{{ now | toTime }}', '}} alone',
])('takes %s', text => {
  const { mistakes, failures } = parseTemplate(text);
  expect([...mistakes, ...failures]).toEqual([]);
});

test.each([
  ['{{ $value', 'At column 1, the action that begins with \'{{\' is not closed; add \'}}\'.\n    {{ $value\n    ^^'],
  ['{{ }}', 'At column 1, the action is empty; write what it is to print, e.g. {{ $value }}.\n    {{ }}\n    ^^^^^'],
  ['{{ $value | humanise }}', 'At column 13, templates have no function \'humanise\'; did you mean \'humanize\'?\n    {{ $value | humanise }}\n                ^^^^^^^^'],
  ['{{ instance }}', 'At column 4, templates have no function \'instance\'; a label is written as $labels.instance, and Prometheus\' documentation lists the functions.\n    {{ instance }}\n       ^^^^^^^^'],
  ['{{ $label.job }}', 'At column 4, templates have no variable \'$label\'; did you mean \'$labels\'?\n    {{ $label.job }}\n       ^^^^^^'],
  ['{{ $threshold }}', 'At column 4, templates have no variable \'$threshold\'; there are $labels, $externalLabels, $externalURL, $value.\n    {{ $threshold }}\n       ^^^^^^^^^^'],
  ['{{ if $value }}x', 'At column 1, \'{{ if … }}\' is not closed; add \'{{ end }}\'.\n    {{ if $value }}x\n    ^^^^^^^^^^^^^^^'],
  ['x{{ end }}', 'At column 5, \'{{ end }}\' closes nothing; take it away.\n    x{{ end }}\n        ^^^'],
  ['{{ else }}', 'At column 4, \'else\' belongs to no \'if\', \'range\' or \'with\'.\n    {{ else }}\n       ^^^^'],
  ['{{ break }}', 'At column 4, \'break\' stands only within \'{{ range … }}\'.\n    {{ break }}\n       ^^^^^'],
  ['{{ if }}x{{ end }}', 'At column 4, a value or a function is missing.\n    {{ if }}x{{ end }}\n       ^^'],
  ['{{ $value > 5 }}', 'At column 11, \'>\' cannot stand in an action; templates have functions such as gt in the place of operators, numbers are computed in the expression, and a label whose name is no word is read by index $labels "name".\n    {{ $value > 5 }}\n              ^'],
  ['{{ $labels.foo-bar }}', 'At column 15, \'-\' cannot stand right behind \'.foo\'; templates have functions such as gt in the place of operators, numbers are computed in the expression, and a label whose name is no word is read by index $labels "name".\n    {{ $labels.foo-bar }}\n                  ^'],
  ['{{ printf "%d $value }}', 'At column 11, the text that begins with " does not end, or several characters stand in single quotes; texts stand in double quotes or backticks.\n    {{ printf "%d $value }}\n              ^'],
  ['{{ ($value }}', 'At column 4, the \'(\' is not closed; add \')\'.\n    {{ ($value }}\n       ^'],
  ['{{ $value ) }}', 'At column 11, \')\' cannot stand here; \'}}\' was expected.\n    {{ $value ) }}\n              ^'],
  ['{{ $value | "x" }}', 'At column 13, \'"x"\' stands behind \'|\', where a function must stand.\n    {{ $value | "x" }}\n                ^^^'],
  ['{{ "a\\d" }}', 'At column 6, \'\\d\' is no escape of a quoted text; write \'\\\\\' for a backslash, or put the text between `backticks`.\n    {{ "a\\d" }}\n         ^^'],
  ['{{ "x".a }}', 'At column 7, \'.a\' cannot stand behind \'"x"\', which has no fields.\n    {{ "x".a }}\n          ^^'],
  ['{{ printf "x"$value }}', 'At column 14, a space is missing before \'$value\'.\n    {{ printf "x"$value }}\n                 ^^^^^^'],
  ['{{ template x }}', 'At column 13, \'template\' needs a name in quotes.\n    {{ template x }}\n                ^'],
  ['{{ if true }}{{ define "x" }}{{ end }}{{ end }}', 'At column 17, \'define\' must not stand within another block.\n    {{ if true }}{{ define "x" }}{{ end }}{{ end }}\n                    ^^^^^^'],
  ['{{ if $x := 3 }}{{ end }}{{ $x }}', 'At column 29, templates have no variable \'$x\'; there are $labels, $externalLabels, $externalURL, $value.\n    {{ if $x := 3 }}{{ end }}{{ $x }}\n                                ^^'],
])('refuses %s', (text, message) => {
  expect(parseTemplate(text).mistakes.map(mistake => drawn(text, mistake))).toEqual([message]);
});

test.each([
  ['{{ .Label.job }}', 'At column 4, an alert has no \'.Label\', but \'.Labels\'; the template fails when the alert fires.\n    {{ .Label.job }}\n       ^^^^^^'],
  ['{{ .Annotations }}', 'At column 4, an alert has no \'.Annotations\', but .Labels, .ExternalLabels, .ExternalURL, .Value; the template fails when the alert fires.\n    {{ .Annotations }}\n       ^^^^^^^^^^^^'],
  ['{{ $value.x }}', 'At column 4, \'$value\' is a number and has no fields; the template fails when the alert fires.\n    {{ $value.x }}\n       ^^^^^^^^'],
  ['{{ humanize }}', 'At column 4, the function \'humanize\' takes 1 argument, but has 0; the template fails when the alert fires.\n    {{ humanize }}\n       ^^^^^^^^'],
  ['{{ $x = 1 }}', 'At column 4, the variable \'$x\' was never declared, which is done by \':=\'; the template fails when the alert fires.\n    {{ $x = 1 }}\n       ^^'],
])('says that %s fails', (text, message) => {
  const { mistakes, failures } = parseTemplate(text);
  expect(mistakes).toEqual([]);
  expect(failures.map(failure => drawn(text, failure))).toEqual([message]);
});

test('knows the labels that it reads', () => {
  const { labels } = parseTemplate('{{ $labels.a }}{{ .Labels.b }}{{ $.Labels.c }}{{ index $labels "d" }}{{ range query "up" }}{{ .Labels.e }}{{ $labels.f }}{{ end }}');
  expect(labels.map(({ label }) => label)).toEqual(['a', 'b', 'c', 'd', 'f']);
});
