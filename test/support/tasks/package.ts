// npm run package: the production build as keyless-<version>.vsix in the checkout.
import { root } from '../paths';
import { endWithSignalsAndParent } from '../processes';
import { packageExtension } from '../host/vsix';

endWithSignalsAndParent();
packageExtension({ folder: root }).then(
  (vsix) => {
    console.log(vsix);
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
