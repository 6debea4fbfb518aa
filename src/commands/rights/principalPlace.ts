import { partsOfId } from '../../azure/core/armId';
import type { PrincipalName } from '../../inventory/principalNames';
import { principalKindWords } from '../../inventory/principalNames';

/** Says what kind of principal it is, and in which resource group it lives. */
export function principalPlaceWords({ kind, resourceId = '' }: PrincipalName): string {
  const group = partsOfId(resourceId)?.resourceGroup;
  return [principalKindWords(kind), group].filter(Boolean).join(' · ');
}
