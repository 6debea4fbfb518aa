import assert from 'node:assert/strict';
import { conditionHolds, matches } from '../../../../src/access/rules/condition';

describe('A role assignment condition', () => {
  const action = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
  const attribute = "@Resource[a/b:c<$key$>] StringEquals 'x'";
  const known: readonly (readonly [condition: string, holds: boolean | undefined])[] = [
    [`ActionMatches{'${action.toUpperCase()}'}`, true],
    ["actionmatches{'Microsoft.KeyVault/vaults/keys/*', 'Microsoft.KeyVault/*'}", true],
    ["NOT ActionMatches{'*'}", false],
    ["!!ActionMatches{'*'}", true],
    ["!(ActionMatches{'*'} AND !ActionMatches{'x'})", false],
    ["ActionMatches{'x'} OR ActionMatches{'y'} OR ActionMatches{'*'}", true],
    ["ActionMatches{'*'} AND ActionMatches{'x'} OR ActionMatches{'*'}", true],
    ["(ActionMatches{'*'}) && SubOperationMatches{'Blob.List'}", false],
    [attribute, undefined],
    [`NOT ${attribute}`, undefined],
    [`${attribute} OR ActionMatches{'*'}`, true],
    [`ActionMatches{'x'} AND ${attribute}`, false],
    [`((!(ActionMatches{'x'})) OR (${attribute}))`, true],
    [`((!(ActionMatches{'*'})) OR (${attribute}))`, undefined],
    ['Exists @Principal[a:b] || ActionMatches{"x"}', undefined],
    ['NotExists @Principal[a:b]', undefined],
    ["@Request[a:id] ForAnyOfAllValues:GuidNotEquals {1, 2} AND ActionMatches{'x'}", false],
    ['', undefined],
    ["ActionMatches{'*'", undefined],
    ["ActionMatches{'*'})", undefined],
    ["(ActionMatches{'*'}", undefined],
    ["'x' StringEquals 'x'", undefined],
    ['@Resource[a:b] StringEquals', undefined],
    ["@Resource[a:b] 12 'x'", undefined],
    ['moonlight ?!', undefined],
  ];
  it("doesn't know which suboperation of a storage service a request is", () => {
    const read = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
    assert.equal(conditionHolds("SubOperationMatches{'Blob.List'}", read), undefined);
    assert.equal(conditionHolds("ActionMatches{'*'} OR SubOperationMatches{'Blob.List'}", read), true);
  });

  for (const [condition, holds] of known)
    it(`evaluates to ${String(holds)}: ${condition}`, () => {
      assert.equal(conditionHolds(condition, action), holds);
    });
});

describe('An action pattern', () => {
  it('matches any text for a star', () => {
    const yes = ['*', 'a/b/c', 'A/*', '*/c', 'a*c', 'a/*/c', '*b*', '**', 'a/b/c*', '*a/b/c'];
    const no = ['', 'a/b', 'a/b/c/', 'b*', '*b', 'a/b*b/c', 'a/b/c*c', 'a.b.c', 'a/b/?'];
    assert.deepEqual(
      yes.filter((pattern) => !matches(pattern, 'a/B/c')),
      [],
    );
    assert.deepEqual(
      no.filter((pattern) => matches(pattern, 'a/B/c')),
      [],
    );
  });
});
