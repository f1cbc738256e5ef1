// Virtual authenticators (Web Authentication, section 11), by the means of each browser.

/** An authenticator of the platform, whose person is there; whether they are verified is said. */
const AUTHENTICATOR = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true };

export const inChromium = (cdp) => async (isUserVerified) => {
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = { ...AUTHENTICATOR, isUserVerified, automaticPresenceSimulation: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  return { verify: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }) };
};

/** Here they are the browser's, and not the page's: whoever adds some removes them. */
export function inFirefox(command) {
  const added = [];
  const add = async (isUserVerified) => {
    const options = { ...AUTHENTICATOR, isUserVerified, isUserConsenting: true };
    const { value: authenticatorId } = await command("WebAuthn:AddVirtualAuthenticator", options);
    added.push(authenticatorId);
    return { verify: (isUserVerified) => command("WebAuthn:SetUserVerified", { authenticatorId, isUserVerified }) };
  };
  const removeAll = async () => {
    for (const authenticatorId of added) await command("WebAuthn:RemoveVirtualAuthenticator", { authenticatorId });
  };
  return { add, removeAll };
}
