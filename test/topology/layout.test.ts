import fc from 'fast-check';
import { layOut, Placed } from '../../src/topology/layout';
import type { Picture } from '../../src/topology/picture';
import { textWidth } from '../../src/topology/text-size';

const names = fc.string({ unit: fc.constantFrom(...'abcijlmwMW-. 0'), minLength: 1, maxLength: 40 });

/** Pictures as platforms have them, of up to a dozen boxes with any arrows between them. */
const pictures: fc.Arbitrary<Picture> = fc.array(fc.record({ title: names, lines: fc.array(names, { maxLength: 2 }) }), { minLength: 2, maxLength: 12 })
  .chain(boxes => fc.record({
    boxes: fc.constant(boxes.map((box, index) => ({ ...box, id: `n${index}`, style: 'thanos' as const }))),
    arrows: fc.uniqueArray(fc.record({
      from: fc.nat(boxes.length - 1).map(index => `n${index}`),
      to: fc.nat(boxes.length - 1).map(index => `n${index}`),
      lines: fc.array(names, { minLength: 1, maxLength: 3 }),
    }), { selector: ({ from, to }) => `${from} ${to}`, maxLength: 15 }).map(arrows => arrows.filter(({ from, to }) => from !== to)),
  }));

const overlap = (a: Placed, b: Placed): boolean =>
  Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;

test('boxes hold their text, lie inside of the image and never on each other', () => {
  fc.assert(fc.property(pictures, picture => {
    const { boxes, size } = layOut(picture);
    boxes.forEach((box, index) => {
      expect(box.width).toBeGreaterThanOrEqual(textWidth(box.box.title, 'title'));
      expect(box.x + box.width / 2).toBeLessThanOrEqual(size.width);
      expect(box.y + box.height / 2).toBeLessThanOrEqual(size.height);
      expect(boxes.slice(index + 1).filter(other => overlap(box, other))).toEqual([]);
    });
  }), { numRuns: 50 });
});

test('arrows begin and end on an edge of their boxes', () => {
  fc.assert(fc.property(pictures, picture => {
    const { boxes, arrows } = layOut(picture);
    for (const { arrow, points } of arrows) {
      for (const [id, point] of [[arrow.from, points[0]], [arrow.to, points[points.length - 1]]] as const) {
        const box = boxes.find(placed => placed.box.id === id)!;
        expect(Math.abs(point.y - box.y)).toBeCloseTo(box.height / 2);
        expect(Math.abs(point.x - box.x)).toBeLessThan(box.width / 2);
      }
    }
  }), { numRuns: 50 });
});
