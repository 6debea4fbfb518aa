export const namespace = 'Microsoft.KeyVault';

/** The versions that `/providers` lists and error texts name; others are accepted too. */
export const apiVersions = [
  ...['2026-02-01', '2025-05-01', '2024-11-01', '2023-07-01', '2023-02-01', '2022-11-01', '2022-07-01'],
  ...['2021-10-01', '2019-09-01', '2018-02-14', '2016-10-01', '2015-06-01'],
];
