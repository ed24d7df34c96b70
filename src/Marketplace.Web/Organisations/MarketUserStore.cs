using System.Security.Cryptography;
using System.Text;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>
/// Identity's store on whichever database this market runs on. Who reads the database gets no second factor from it:
/// the authenticator's key is encrypted, of recovery codes only a hash is kept.
/// </summary>
public sealed class MarketUserStore(MarketplaceDb db, IdentityErrorDescriber describer, IDataProtectionProvider protection)
    : UserOnlyStore<Person, MarketplaceDb, Guid>(db, describer)
{
    private readonly IDataProtector _protector = protection.CreateProtector("marketplace.authenticator-key");

    public override Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken) =>
        base.SetAuthenticatorKeyAsync(user, _protector.Protect(key), cancellationToken);

    public override async Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken) =>
        await base.GetAuthenticatorKeyAsync(user, cancellationToken) is { } kept ? _protector.Unprotect(kept) : null;

    public override Task ReplaceCodesAsync(Person user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        base.ReplaceCodesAsync(user, recoveryCodes.Select(Hash), cancellationToken);

    public override Task<bool> RedeemCodeAsync(Person user, string code, CancellationToken cancellationToken) =>
        base.RedeemCodeAsync(user, Hash(code), cancellationToken);

    /// <summary>A code has fifty random bits and works once; a plain hash of it is no use to anybody.</summary>
    private static string Hash(string code) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code)));
}
