/** What an operator may be allowed to do; `domain/operations/permissions.ts` says who is (OPS-02). */
export const PERMISSIONS = [
  'ADMIN',
  'ADMIN_ACCOUNTS',
  'ADMIN_CONFIG',
  'ADMIN_KEY_REFERENCES',
  'ADMIN_KILL_SWITCH',
  'ADMIN_USER_KILL_SWITCH',
  'ADMIN_QUOTA',
  'ADMIN_FINANCE',
  'ADMIN_AUDIT',
  'ADMIN_TICKET_CONTEXT',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const isPermission = (text: string): text is Permission => PERMISSIONS.some((each) => each === text);
