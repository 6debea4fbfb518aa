export const hostJson = json({
  version: '2.0',
  logging: { applicationInsights: { samplingSettings: { isEnabled: true, excludedTypes: 'Request' } } },
});

export function functionJson(bindings: object[]): string {
  return json({ bindings });
}

function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
