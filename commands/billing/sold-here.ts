import { Rejection } from '../../domain/kernel/rejection.ts';
import type { PaymentProvider, PaymentServices } from './payment-services.ts';

/** Throws `Rejection` PAYMENT_NOT_CONFIGURED where nothing is sold. */
export const soldHere = ({ payments }: PaymentServices): PaymentProvider => {
  if (payments === null) throw new Rejection('PAYMENT_NOT_CONFIGURED', 'Nothing is sold here.');
  return payments;
};
