import { l10n, type SecretStorage, window } from 'vscode';

const SECRET = 'tsuzuki.hubToken';

/** The user's access token for the hub: kept where VS Code keeps secrets, and used for nothing but downloads. */
export class AccessToken {
  constructor(private readonly secrets: SecretStorage) {}

  async read(): Promise<string | undefined> {
    return (await this.secrets.get(SECRET)) || undefined;
  }

  /** Asks for one and keeps it. @returns undefined where the user gave none */
  async ask(id: string, host: string): Promise<string | undefined> {
    const typed = await window.showInputBox({
      title: l10n.t('Access Token for {0}', host),
      prompt: l10n.t(
        '{0} is not handed out to everybody. Accept its terms on its page, make a token that may read, and paste it here. It is kept in VS Code’s secret storage.',
        id,
      ),
      password: true,
      ignoreFocusOut: true,
      placeHolder: 'hf_…',
    });
    const token = typed?.trim() ?? '';
    if (token === '') return undefined;
    await this.secrets.store(SECRET, token);
    return token;
  }

  async forget(): Promise<void> {
    await this.secrets.delete(SECRET);
    void window.showInformationMessage(l10n.t('The access token for the hub is forgotten.'));
  }
}
