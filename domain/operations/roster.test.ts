import { deepStrictEqual } from 'node:assert';
import { describe, it } from 'vitest';
import { specificationFor } from '../kernel/specification.ts';
import { type RosterEvent, roster } from './roster.ts';

const at = '2026-11-21T10:00:00.000Z';
const given = specificationFor(roster, deepStrictEqual);

const added = (adminId: string, role: 'SUPER_ADMIN' | 'SUPPORT'): RosterEvent => ({
  type: 'AdminAdded',
  data: { adminId, emailKey: `key of ${adminId}`, role, scopes: [], by: 'cli:root', at },
});
const removed = (adminId: string): RosterEvent => ({
  type: 'AdminRemoved',
  data: { adminId, generation: 1, by: 'ada', at },
});
const ada = added('ada', 'SUPER_ADMIN');
const bob = added('bob', 'SUPPORT');
const about = (adminId: string) => ({ adminId, by: 'ada', at });

describe('the operators', () => {
  it('[OPS-01] begin with one super admin, who is not added a second time', () => {
    const first = (adminId: string) =>
      ({
        type: 'AddFirstAdmin',
        data: { adminId, emailKey: `key of ${adminId}`, by: 'cli:root', at },
      }) as const;
    given().when(first('ada')).then(ada);
    given(ada).when(first('eve')).thenRejected('SUPER_ADMIN_EXISTS');
    given(bob).when(first('ada')).then(ada);
  });

  it('[OPS-02] have one address each, which is free again when its holder is removed', () => {
    const add = (adminId: string, emailKey: string) =>
      ({ type: 'AddAdmin', data: { ...about(adminId), emailKey, role: 'SUPPORT', scopes: [] } }) as const;
    given(ada, bob).when(add('eve', 'key of bob')).thenRejected('ADMIN_EXISTS');
    given(ada, bob, removed('bob'))
      .when(add('eve', 'key of bob'))
      .then({ type: 'AdminAdded', data: add('eve', 'key of bob').data });
  });

  it('[OPS-02] never end up without a super admin', () => {
    const demote = { type: 'SetAdminRole', data: { ...about('ada'), role: 'SUPPORT', scopes: [] } } as const;
    const remove = { type: 'RemoveAdmin', data: about('ada') } as const;
    for (const command of [demote, remove]) given(ada, bob).when(command).thenRejected('LAST_SUPER_ADMIN');
    const eve = added('eve', 'SUPER_ADMIN');
    given(ada, eve).when(remove).then(removed('ada'));
    given(ada, eve)
      .when(demote)
      .then({ type: 'AdminRoleSet', data: { ...demote.data, generation: 1 } });
    given(ada, eve, removed('eve')).when(remove).thenRejected('LAST_SUPER_ADMIN');
  });

  it('[OPS-02] are not changed, reset or removed when there is no such operator', () => {
    for (const command of [
      { type: 'SetAdminRole', data: { ...about('eve'), role: 'ENGINEER', scopes: [] } },
      { type: 'ResetAdminPassword', data: about('eve') },
      { type: 'RemoveAdmin', data: about('eve') },
    ] as const)
      given(ada, added('eve', 'SUPPORT'), removed('eve')).when(command).thenRejected('ADMIN_NOT_FOUND');
  });

  it('[OPS-01] lose their sessions with every change of role and every reset, and not with no change', () => {
    const finance = { ...about('bob'), role: 'SUPPORT', scopes: ['FINANCE'] } as const;
    const set: RosterEvent = { type: 'AdminRoleSet', data: { ...finance, generation: 1 } };
    given(ada, bob).when({ type: 'SetAdminRole', data: finance }).then(set);
    given(ada, bob, set).when({ type: 'SetAdminRole', data: finance }).thenNothing();
    given(ada, bob, set)
      .when({ type: 'ResetAdminPassword', data: about('bob') })
      .then({ type: 'AdminPasswordReset', data: { ...about('bob'), generation: 2 } });
  });
});
