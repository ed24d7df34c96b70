using System.Security.Claims;
using Marketplace.Domain.Common;
using Marketplace.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using QRCoder;

namespace Marketplace.Organisations;

/// <summary>
/// 两步验证: setting up an authenticator, showing it once for this session, new recovery codes, turning it off. Each needs
/// a valid code.
/// </summary>
[ResponseCache(NoStore = true, Location = ResponseCacheLocation.None)]
public sealed class AccountSecondFactorModel(CurrentActor actor, UserManager<Person> people, SignInManager<Person> manager, SignInLimits limits, IStringLocalizer<SharedTexts> texts)
    : PageModel
{
    /// <summary>How many recovery codes are given out at once.</summary>
    public const int Codes = 10;

    [BindProperty]
    public string? Code { get; set; }

    /// <summary>Where the person was going when the second factor was asked for; of this market only.</summary>
    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public bool Enabled { get; private set; }

    /// <summary>This session has shown its second factor.</summary>
    public bool Shown { get; private set; }

    public int CodesLeft { get; private set; }

    /// <summary>The key in groups of four, for typing; null until setting up begins.</summary>
    public string? Key { get; private set; }

    /// <summary>The same key as a picture for the authenticator's camera, a data address.</summary>
    public string? Picture { get; private set; }

    /// <summary>New recovery codes; they are shown this once.</summary>
    public IReadOnlyList<string> NewCodes { get; private set; } = [];

    public Refusal? Refusal { get; private set; }

    private Person Person { get; set; } = null!;

    public async Task<IActionResult> OnGet() => await Know() ? Page() : this.Refused(Domain.Common.Refusal.NotSignedIn);

    /// <summary>A fresh key; an older one that was never confirmed is worth nothing.</summary>
    public async Task<IActionResult> OnPostBegin()
    {
        if (!await Know()) return this.Refused(Domain.Common.Refusal.NotSignedIn);
        if (Enabled) return RedirectToPage(new { ReturnUrl });
        await people.ResetAuthenticatorKeyAsync(Person);
        await manager.RefreshSignInAsync(Person);
        await ShowKey();
        return Page();
    }

    public async Task<IActionResult> OnPostEnable()
    {
        if (!await Know()) return this.Refused(Domain.Common.Refusal.NotSignedIn);
        if (Enabled) return RedirectToPage(new { ReturnUrl });
        if (!await IsRight())
        {
            await ShowKey();
            return Page();
        }

        await people.SetTwoFactorEnabledAsync(Person, true);
        await GiveCodes();
        // The code was just shown to be right: this session counts as one with a second factor.
        await manager.SignInWithClaimsAsync(Person, isPersistent: false, [new Claim(SignIns.How, SignIns.BySecond)]);
        (Enabled, Shown) = (true, true);
        return Page();
    }

    /// <summary>A session that began on a remembered device, or before the second factor was set up, shows it now.</summary>
    public async Task<IActionResult> OnPostShow()
    {
        if (!await Know()) return this.Refused(Domain.Common.Refusal.NotSignedIn);
        if (!Enabled) return RedirectToPage(new { ReturnUrl });
        if (!Shown)
        {
            if (!await IsRight() && !await IsRecovery()) return Page();
            await manager.SignInWithClaimsAsync(Person, isPersistent: false, [new Claim(SignIns.How, SignIns.BySecond)]);
        }

        return LocalRedirect(ReturnUrl ?? "/account/second-factor");
    }

    public async Task<IActionResult> OnPostCodes()
    {
        if (!await Know()) return this.Refused(Domain.Common.Refusal.NotSignedIn);
        if (!Enabled) return RedirectToPage();
        if (await IsRight()) await GiveCodes();
        return Page();
    }

    public async Task<IActionResult> OnPostDisable()
    {
        if (!await Know()) return this.Refused(Domain.Common.Refusal.NotSignedIn);
        if (!Enabled) return RedirectToPage();
        if (!await IsRight()) return Page();
        await people.SetTwoFactorEnabledAsync(Person, false);
        await people.ResetAuthenticatorKeyAsync(Person);
        // A session that has shown what is no longer there has shown nothing.
        await manager.SignInWithClaimsAsync(Person, isPersistent: false, [new Claim(SignIns.How, "pwd")]);
        return LocalRedirect("/account");
    }

    private async Task<bool> Know()
    {
        var asking = await actor.Get(HttpContext.RequestAborted);
        if (!asking.SignedIn) return false;
        if (!Url.IsLocalUrl(ReturnUrl)) ReturnUrl = null;
        Shown = asking.SecondFactor;
        Person = (await people.GetUserAsync(User))!;
        Enabled = Person.TwoFactorEnabled;
        CodesLeft = await people.CountRecoveryCodesAsync(Person);
        return true;
    }

    private async Task<bool> IsRight()
    {
        var code = (Code ?? "").Replace(" ", "", StringComparison.Ordinal);
        var right = limits.MaySignIn(HttpContext.Connection.RemoteIpAddress, Person.Email)
            && await people.VerifyTwoFactorTokenAsync(Person, TokenOptions.DefaultAuthenticatorProvider, code);
        if (!right) Refusal = Domain.Common.Refusal.SecondFactorWrong;
        return right;
    }

    private async Task<bool> IsRecovery()
    {
        if (string.IsNullOrWhiteSpace(Code) || Code.Trim().Length < 8) return false;
        if (!(await people.RedeemTwoFactorRecoveryCodeAsync(Person, Code.Trim().ToUpperInvariant())).Succeeded) return false;
        Refusal = null;
        return true;
    }

    private async Task GiveCodes()
    {
        NewCodes = [.. await people.GenerateNewTwoFactorRecoveryCodesAsync(Person, Codes) ?? []];
        CodesLeft = NewCodes.Count;
    }

    private async Task ShowKey()
    {
        if (await people.GetAuthenticatorKeyAsync(Person) is not { } key) return;
        Key = string.Join(' ', key.Chunk(4).Select(group => new string(group))).ToLowerInvariant();
        var issuer = texts["Brand"].Value;
        var address = $"otpauth://totp/{Uri.EscapeDataString($"{issuer}:{Person.Email}")}?secret={key}&issuer={Uri.EscapeDataString(issuer)}&digits=6";
        using var data = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new PngByteQRCode(data);
        Picture = $"data:image/png;base64,{Convert.ToBase64String(picture.GetGraphic(6))}";
    }
}
