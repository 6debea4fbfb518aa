import type { SecretTask } from '../azure/explain/refusal';

/** The least privilege for a task: access policy permissions, or a built-in role. */
export interface LeastRight {
  readonly permissions: readonly string[];
  readonly role: { readonly name: string; readonly guid: string };
}

/** Each task includes listing names, because you can't find a secret without them. */
export const leastRights: Readonly<Record<SecretTask, LeastRight>> = {
  list: {
    permissions: ['list'],
    role: { name: 'Key Vault Reader', guid: '21090545-7ca7-4776-b22c-e363652d74d2' },
  },
  read: {
    permissions: ['list', 'get'],
    role: { name: 'Key Vault Secrets User', guid: '4633458b-17de-408a-b874-0445c86b69e6' },
  },
  write: {
    permissions: ['list', 'set'],
    role: { name: 'Key Vault Secrets Officer', guid: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7' },
  },
};
