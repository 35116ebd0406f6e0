// SPDX-License-Identifier: Apache-2.0
// react-custom-scrollbars-2 is CommonJS, and as an ES module its default export would be the whole of it.
// @ts-ignore: the path, since the name leads here
import * as scrollbars from '../node_modules/react-custom-scrollbars-2/lib/index.js';

export const Scrollbars = scrollbars.Scrollbars;
export default scrollbars.Scrollbars;
