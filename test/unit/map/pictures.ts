import { pictureOf } from '../../../src/map/model/drawPicture';
import type { AccessMap } from '../../../src/map/model/map';
import type { MapChoice } from '../../../src/map/model/mapView';
import { wholeMap } from '../../../src/map/model/mapView';
import type { Picture } from '../../../src/map/model/picture';

/** What the page shows of a map, with other principals. */
export function drawnPicture(map: AccessMap, choice: Partial<MapChoice> = {}): Picture {
  return pictureOf(map, { ...wholeMap, others: true, ...choice });
}
