/** The editor in the browser: VS Code 1.139.1 as code-server packs it, and the Node it asks for. */
export const CODE_SERVER_VERSION = '4.139.1';
export const NODE_VERSION = '24.21.0';
