using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Organisations;

/// <summary>
/// A browser in which somebody once signed in keeps a sign of it (OWASP: device cookies). Whoever guesses at an account from
/// elsewhere locks it for everybody but this browser: nobody keeps a bidder out of the room by typing wrong passwords.
/// </summary>
public sealed class KnownDevices(IDataProtectionProvider protection, IHttpContextAccessor http)
{
    private const string Cookie = "known-device";
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(180);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("known-device.1").ToTimeLimitedDataProtector();

    public bool Knows(Guid person)
    {
        if (http.HttpContext?.Request.Cookies[Cookie] is not { Length: > 0 and < 2000 } kept) return false;
        try
        {
            return _protector.Unprotect(kept) == person.ToString("N");
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            // Too old, of another market, or made up: a device like any other.
            return false;
        }
    }

    /// <summary>Signed in here just now. The last one who did is known; a shared desk is no device of everybody.</summary>
    public void Remember(Guid person)
    {
        // A program has its token as the answer already, and keeps no cookie.
        if (http.HttpContext is not { Response.HasStarted: false } context) return;
        context.Response.Cookies.Append(Cookie, _protector.Protect(person.ToString("N"), Lasts), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = Lasts,
            IsEssential = true,
        });
    }
}
