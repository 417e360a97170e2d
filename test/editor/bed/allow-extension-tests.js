// Runs in the page before VS Code does. A built VS Code heeds the `extension…` part of its address only with this switch;
// the server's own switch for it would turn off every notification, in all windows.
document.addEventListener('readystatechange', () => {
  const meta = document.getElementById('vscode-workbench-web-configuration');
  const settings = meta?.getAttribute('data-settings');
  if (document.readyState !== 'interactive' || !settings) return;
  const configuration = JSON.parse(settings);
  configuration.developmentOptions = { ...configuration.developmentOptions, enableSmokeTestDriver: true };
  meta.setAttribute('data-settings', JSON.stringify(configuration));
});
