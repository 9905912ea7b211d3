// The stories in which something is stored and read again, for MariaDB. What a page looks like and what it says to
// what is typed does not depend on the database: those stories are in main.mjs alone, on SQLite.

import './connect.test.mjs';
import './constants.test.mjs';
import './methods.test.mjs';
import './month.test.mjs';
import './renewal.test.mjs';
import './requests.test.mjs';
import './return.test.mjs';
import './secrets.test.mjs';
import './told.test.mjs';
