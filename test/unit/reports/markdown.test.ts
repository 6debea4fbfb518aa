import assert from 'node:assert/strict';
import { markdownOf } from '../../../src/reports/model/markdown';
import type { Report } from '../../../src/reports/model/report';

const evil = '# Yes\n- <b>[click](command:x)</b> `a` | *b* _c_ ![](https://x) @you';

const report: Report = {
  kind: evil,
  title: evil,
  answer: { tone: 'bad', text: evil, detail: evil, actions: [] },
  sections: [
    {
      title: evil,
      cards: [
        {
          ...{ tone: 'bad', title: evil, subtitle: evil, paragraphs: [evil], points: [evil], actions: [] },
          moments: [{ label: evil, at: 0 }],
        },
      ],
      facts: [{ label: evil, text: evil }],
      table: { columns: [evil], rows: [{ label: evil, cells: [evil, 0], differs: true }] },
    },
  ],
  ids: [
    { name: evil, id: '/subscriptions/1' },
    { name: 'x', id: evil },
  ],
  note: evil,
  at: 0,
};

describe('a report as Markdown', () => {
  const text = markdownOf(report, { language: 'en', timeZone: 'UTC' });

  it('shows names from outside as they are', () => {
    const unescaped = text.replace(/\\./g, '').replace('`/subscriptions/1`', '');
    assert.doesNotMatch(unescaped, /[<>[\]`@!]/, text);
    assert.equal(text.match(/^#+ /gm)?.length, 4, text);
    assert.ok(!text.includes('\n- <'));
  });

  it('has headings for its parts, and times with their zone', () => {
    assert.match(text, /^# \\# Yes - /);
    assert.match(text, /^- .+: Jan 1, 1970, 12:00\sAM UTC$/m);
    assert.match(text, /^## IDs\n\n- .+: `\/subscriptions\/1`$/m);
    assert.match(text, /\n\nChecked Jan 1, 1970, 12:00\sAM UTC\. /);
    assert.match(
      text,
      /^\| {2}\| .* \|\n\| --- \| --- \|\n\| \*\*.*\*\* \| .* \| Jan 1, 1970, 12:00\sAM UTC \|$/m,
    );
  });
});
