/** One form: freeze, publish, withdraw. */

import { boot, wire } from "./page.js";
import { layTitles } from "./titles.js";

wire(`forms/${boot.form}`, { reasoned: ["withdraw"] });
await layTitles();
