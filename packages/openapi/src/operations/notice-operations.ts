import { listNoticesQuerySchema } from '@posthorn/contracts';
import { noticeAnswer, pageAnswer } from '@posthorn/contracts/answers';
import { pageOf } from '../examples.ts';
import { notice } from '../lookup-examples.ts';
import { answerOf, type Operation } from '../operation.ts';

export const noticeOperations: readonly Operation[] = [
  {
    id: 'listNotices',
    method: 'get',
    path: '/v1/notices',
    tag: 'Notices',
    summary: 'List the e-mails about webhooks that were switched off',
    description: 'Newest first, those that are still to be sent among them. All filters that are given must match.',
    access: 'read',
    query: listNoticesQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('NoticePage', noticeAnswer), pageOf(notice)) },
  },
];
