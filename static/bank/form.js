/** One form: freeze, publish, withdraw. */

import { boot, wire } from "./page.js";

wire(`forms/${boot.form}`, { reasoned: ["withdraw"] });
