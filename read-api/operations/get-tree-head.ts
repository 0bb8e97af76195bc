import { z } from 'zod';
import { Rejection } from '../../domain/kernel/rejection.ts';
import { jsonQuery } from '../kernel/query.ts';
import { headAnswer } from '../kernel/tree-answers.ts';

/** For everybody: the more people keep a head, the harder the log is to rewrite. */
export const getTreeHead = jsonQuery({
  name: 'GetTreeHead',
  access: 'PUBLIC',
  path: '/audit/head',
  summary: 'The newest signed head of the log',
  query: z.object({}),
  answer: headAnswer,
  async run(_request, { tree }) {
    const head = await tree.newestHead();
    if (head === null) throw new Rejection('TREE_HEAD_NOT_FOUND', 'No head was signed yet.');
    return head;
  },
});
