using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Microsoft.AspNetCore.Identity;

namespace Marketplace.Organisations;

/// <summary>Where a sign-in stands.</summary>
public enum SignInStep { Done, SecondFactor }

/// <summary>
/// Signing in, for pages and programs alike. One refusal for an unknown e-mail, a wrong password and a locked account,
/// after the same work, so that nobody learns which accounts exist.
/// </summary>
public sealed class SignIns(UserManager<Person> people, SignInManager<Person> manager, SignInLimits limits, KnownDevices devices, IHttpContextAccessor http)
{
    /// <summary>The claim that says how a session began (RFC 8176), and its value for a session that showed a second factor.</summary>
    public const string How = "amr", BySecond = "mfa";

    /// <summary>A hash that no password matches, to spend the time a real check takes.</summary>
    private static readonly Person Nobody = new() { DisplayName = "" };
    private static string? _nobodysHash;

    /// <summary>Checks the password; on success the person is signed in with <paramref name="scheme"/>, or a second factor is due.</summary>
    public async Task<Result<SignInStep>> ByPassword(string? email, string? password, string scheme)
    {
        if (!limits.MaySignIn(http.HttpContext?.Connection.RemoteIpAddress, email)) return Refusal.TooManyRequests;
        if (string.IsNullOrWhiteSpace(email) || string.IsNullOrEmpty(password)) return Refusal.SignInFailed;
        manager.AuthenticationScheme = scheme;
        // What is no e-mail is nobody's; Identity's lookup would throw on some of it.
        var address = EmailAddress.Read(email);
        var person = address.Done ? await people.FindByEmailAsync(address.Value) : null;
        // Guessing from elsewhere locks the account, but not for the browser in which its owner signed in before.
        var known = person is not null && devices.Knows(person.Id);
        if (known && password.Length <= Passwords.Most && await people.IsLockedOutAsync(person!) && await people.CheckPasswordAsync(person!, password))
            await people.SetLockoutEndDateAsync(person!, null);
        if (person is null || password.Length > Passwords.Most || await people.IsLockedOutAsync(person))
        {
            _nobodysHash ??= people.PasswordHasher.HashPassword(Nobody, Guid.CreateVersion7().ToString());
            people.PasswordHasher.VerifyHashedPassword(Nobody, _nobodysHash, password[..Math.Min(password.Length, Passwords.Most)]);
            return Refusal.SignInFailed;
        }

        var result = await manager.PasswordSignInAsync(person, password, isPersistent: false, lockoutOnFailure: true);
        if (result.Succeeded) devices.Remember(person.Id);
        return result.Succeeded ? SignInStep.Done : result.RequiresTwoFactor ? SignInStep.SecondFactor : Refusal.SignInFailed;
    }

    /// <summary>The person whose password was right and whose second factor is due.</summary>
    public Task<Person?> WaitingForSecondFactor() => manager.GetTwoFactorAuthenticationUserAsync();

    /// <summary>Six digits of the authenticator, or a recovery code; wrong ones count towards the lockout.</summary>
    /// <param name="remember">This browser is not asked again for seven days, except on entering a room.</param>
    public async Task<Result<SignInStep>> BySecondFactor(string? code, bool remember, string scheme)
    {
        manager.AuthenticationScheme = scheme;
        if (await manager.GetTwoFactorAuthenticationUserAsync() is not { } person) return Refusal.NotSignedIn;
        if (!limits.MaySignIn(http.HttpContext?.Connection.RemoteIpAddress, person.Email)) return Refusal.TooManyRequests;
        var plain = (code ?? "").Replace(" ", "", StringComparison.Ordinal).Trim();
        if (plain.Length == 6 && plain.All(char.IsAsciiDigit))
        {
            var byCode = await manager.TwoFactorAuthenticatorSignInAsync(plain, isPersistent: false, rememberClient: remember);
            if (byCode.Succeeded) devices.Remember(person.Id);
            return byCode.Succeeded ? SignInStep.Done : Refusal.SecondFactorWrong;
        }

        if (await people.IsLockedOutAsync(person)) return Refusal.SecondFactorWrong;
        var byRecovery = await manager.TwoFactorRecoveryCodeSignInAsync(plain.ToUpperInvariant());
        if (byRecovery.Succeeded)
        {
            devices.Remember(person.Id);
            return SignInStep.Done;
        }

        await people.AccessFailedAsync(person);
        return Refusal.SecondFactorWrong;
    }
}
