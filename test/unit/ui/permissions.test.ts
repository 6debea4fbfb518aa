import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as permissions from '../../../src/ui/pickers/permissionPicker';
import { withVscodeStub } from '../account/vscodeStub';

const load = createRequire(__filename);
const { permissionChoices } = withVscodeStub(
  () => load('../../../src/ui/pickers/permissionPicker') as typeof permissions,
  load.resolve('./inputStub'),
);

describe('the permissions of an access policy', () => {
  const headings = [...permissionChoices()];
  const groups = headings.slice(0, 3).flatMap(([, choices]) => choices);
  const single = headings.slice(3).flatMap(([, choices]) => choices);

  it('start with reading secrets, which is all that is preselected', () => {
    const [first] = groups;
    assert.deepEqual([first?.label, first?.description], ['Read secrets', 'get, list']);
    assert.deepEqual(
      [...groups, ...single].filter(({ picked }) => picked).map(({ label }) => label),
      ['Read secrets'],
    );
  });

  it('are grouped by what they allow, and each belongs to a group', () => {
    const namesIn = (choices: typeof groups) =>
      [...new Set(choices.flatMap(({ value }) => value.names.map((name) => `${value.kind} ${name}`)))].sort();
    assert.equal(namesIn(single).length, 44);
    assert.deepEqual(namesIn(groups), namesIn(single));
  });
});
