import { objectOf } from '../../azure/core/json';
import type { ReportSource } from '../../reports/source';
import type { AccessServices } from '../access/fixes/fix';
import type { Services } from '../services';

type UsedServices = AccessServices & Pick<Services, 'operations' | 'reveal'>;

/** The source of a report that was open when the window reloaded. Undefined if what its page saved isn't valid. */
export async function restoreReport(
  services: UsedServices,
  saved: unknown,
): Promise<ReportSource | undefined> {
  switch (objectOf(saved)['kind']) {
    case 'why': {
      const { isSavedWhy, whySource } = await import('../access/whyCantItRead');
      return isSavedWhy(saved) ? whySource(services, saved) : undefined;
    }
    case 'plan': {
      const { isSavedPlan, planSource } = await import('../access/letAppReadSecret');
      return isSavedPlan(saved) ? planSource(services, saved) : undefined;
    }
    case 'access': {
      const { accessSource, isSavedAccessPlan } = await import('../access/resources/letAppAccess');
      return isSavedAccessPlan(saved) ? accessSource(services, saved) : undefined;
    }
    case 'whyAccess': {
      const { isSavedWhyAccess, whyAccessSource } = await import('../access/resources/whyCantItAccess');
      return isSavedWhyAccess(saved) ? whyAccessSource(services, saved) : undefined;
    }
    case 'whoAccess': {
      const { isSavedWhoAccess, whoAccessSource } = await import('../access/resources/whoCanAccess');
      return isSavedWhoAccess(saved) ? whoAccessSource(services, saved) : undefined;
    }
    case 'replace': {
      const { isSavedReplacement, replaceSource } = await import('../replace/replaceSource');
      return isSavedReplacement(saved) ? replaceSource(services, saved) : undefined;
    }
    case 'keyAccess': {
      const { isSavedKeyAccess, keyAccessSource } = await import('../keyAccess/turnOffKeyAccess');
      return isSavedKeyAccess(saved) ? keyAccessSource(services, saved) : undefined;
    }
    case 'basicPublishing': {
      const { isSavedPublishing, publishingSource } = await import('../keyAccess/turnOffBasicPublishing');
      return isSavedPublishing(saved) ? publishingSource(services, saved) : undefined;
    }
    case 'rotateKey': {
      const { isSavedRotation, rotationSource } = await import('../keyAccess/rotateKey');
      return isSavedRotation(saved) ? rotationSource(services, saved) : undefined;
    }
    case 'who': {
      const { isSavedWho, whoSource } = await import('../access/whoCanRead/whoCanRead');
      return isSavedWho(saved) ? whoSource(services, saved) : undefined;
    }
    case 'versions': {
      const { isSavedVersions, versionsSource } = await import('../keyVault/secretVersions');
      return isSavedVersions(saved) ? versionsSource(services, saved) : undefined;
    }
    case 'identity': {
      const { isSavedIdentityTest, identitySource } = await import('../identities/testIdentity');
      return isSavedIdentityTest(saved) ? identitySource(services, saved) : undefined;
    }
    default:
      return undefined;
  }
}
