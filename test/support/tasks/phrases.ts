// node out/test/support/tasks/phrases.js [FILE…]: lists the banned phrases in these files, or in all, and fails if there are any.
import { bannedPhrases, proseFiles } from '../texts/phrases';

const asked = process.argv.slice(2);
const found = (asked.length > 0 ? asked : proseFiles()).flatMap((file) => bannedPhrases(file));
for (const line of found) console.log(line);
if (found.length > 0) process.exitCode = 1;
