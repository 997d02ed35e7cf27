import { listAuditQuerySchema } from '@posthorn/contracts';
import { auditEntryAnswer, pageAnswer } from '@posthorn/contracts/answers';
import { auditEntry, pageOf } from '../examples.ts';
import { answerOf, type Operation } from '../operation.ts';

export const auditOperations: readonly Operation[] = [
  {
    id: 'listAudit',
    method: 'get',
    path: '/v1/audit',
    tag: 'Audit',
    summary: 'Who changed what, when and from where',
    description:
      'Changes by every API, newest first: each is written together with what it tells of. A token with the scope `manage` sees those of its account, the admin token those of all, or of the account that it names.',
    access: 'manage',
    adminToo: true,
    query: listAuditQuerySchema,
    answers: { 200: answerOf('A page.', pageAnswer('AuditPage', auditEntryAnswer), pageOf(auditEntry)) },
  },
];
