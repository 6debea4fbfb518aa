/**
 * Keys with the forms of real ones and wrong checksums. They're put together at run time, because the results would look
 * like leaked keys in a repository.
 */
function filler(length: number): string {
  return 'FAKEfakeFAKEfake0123456789'.repeat(20).slice(0, length);
}

/** Keeps a mark apart from what surrounds it. */
const marked = (before: number, mark: string, after: string): string => filler(before) + mark + after;

export const fakeKeys = {
  storage: marked(76, '+ASt', 'AAAAAA=='),
  storageUnmarked: `${filler(86)}==`,
  cosmos: marked(76, 'ACDb', 'AAAAAA=='),
  serviceBus: marked(33, '+ASb', 'AAAAAA='),
  eventHubs: marked(33, '+AEh', 'AAAAAA='),
  namespaceUnmarked: `${filler(43)}=`,
  eventGrid: marked(33, 'AZEG', 'AAAAAA='),
  search: marked(42, 'AzSe', 'AAAAAA'),
  redis: marked(33, 'AzCa', 'AAAAAA='),
  functionKey: marked(44, 'AzFu', 'AAAAAA=='),
  openAi: marked(52, 'JQQJ99', `AA${'A'.repeat(12)}AAABACOGAAAA`),
  appConfiguration: marked(52, 'JQQJ99', `AA${'A'.repeat(12)}AAAAAZACAAAA`),
  aiUnmarked: '0123456789abcdef'.repeat(2),
  clientSecret: 'Abc8Q~' + filler(34),
  signature: `${filler(43)}%3D`,
} as const;
