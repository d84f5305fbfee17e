/**
 * What every store of the user's own things is made with.
 */

import type { Api } from "../http/api.ts";
import type { Clock, Report, Storage } from "../ports.ts";
import type { Pace } from "../stores/store.ts";

export interface Parts {
  readonly api: Api;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly storage: Storage;
  readonly report: Report;
}
