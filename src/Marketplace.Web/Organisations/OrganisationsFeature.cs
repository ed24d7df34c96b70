using Marketplace.Domain.Organisations;
using Marketplace.Organisations.Mandates;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Marketplace.Organisations;

/// <summary>Organisations and people: who signs in, for whom, and what they may do.</summary>
public static class OrganisationsFeature
{
    private const string EitherScheme = "bearer-or-cookie";

    public static IServiceCollection AddOrganisations(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped<CurrentActor>();
        services.AddScoped<SignIns>();
        services.AddScoped<KnownDevices>();
        services.AddScoped<Registration>();
        services.AddScoped<Verification>();
        services.AddScoped<Members>();
        services.AddScoped<Approvals>();
        services.AddMandates();
        services.AddSingleton<PublicOrganisations>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<PrivilegedReads>();
        services.AddSingleton(new DeskLink(Act.ReadReads, "/desk/reads", "Desk.Reads", typeof(OrganisationTexts)));
        services.AddSingleton(new DeskLink(Act.DeclareRelated, "/desk/related", "Desk.Related", typeof(OrganisationTexts)));
        services.AddSingleton(new DeskLink(Act.VerifyOrganisation, "/desk/organisations", "Desk.Organisations", typeof(OrganisationTexts),
            static (services, _, cancellation) => services.GetRequiredService<MarketplaceDb>().Set<Organisation>().CountAsync(o => o.Kind != OrganisationKind.Operator && o.State == VerificationState.Pending, cancellation)));
        services.AddSingleton(new DeskLink(Act.ManageMembers, "/desk/members", "Desk.Members", typeof(OrganisationTexts)));
        services.AddDataProtection().SetApplicationName("marketplace").PersistKeysToDbContext<MarketplaceDb>();
        services.AddIdentityCore<Person>(Configure).AddUserStore<MarketUserStore>().AddSignInManager().AddDefaultTokenProviders();
        // OWASP's figure for PBKDF2 with HMAC-SHA512.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 210_000);
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        var authentication = services.AddAuthentication(EitherScheme);
        authentication.AddPolicyScheme(EitherScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
            context.Request.Headers.Authorization.Count > 0 ? IdentityConstants.BearerScheme : IdentityConstants.ApplicationScheme);
        authentication.AddBearerToken(IdentityConstants.BearerScheme, bearer =>
            (bearer.BearerTokenExpiration, bearer.RefreshTokenExpiration) = (TimeSpan.FromHours(1), TimeSpan.FromDays(14)));
        authentication.AddIdentityCookies(cookies =>
        {
            cookies.ApplicationCookie?.Configure(ConfigureCookie);
            cookies.TwoFactorUserIdCookie?.Configure(cookie => cookie.Cookie.Name = "second-factor");
            cookies.TwoFactorRememberMeCookie?.Configure(cookie => (cookie.Cookie.Name, cookie.ExpireTimeSpan) = ("device", TimeSpan.FromDays(7)));
        });
        services.AddAuthorization();
        services.AddWord(new Word("operator", "create --email E --name N [--organisation O] [--password P]", (provider, args, output, _) => OperatorCommand.Run(provider, args, output)));
        return services;
    }

    public static void MapOrganisations(this WebApplication app) => app.MapIdentity();

    private static void Configure(IdentityOptions identity)
    {
        identity.User.RequireUniqueEmail = true;
        // The shape of a name is the shape of an e-mail, checked by the domain.
        identity.User.AllowedUserNameCharacters = "";
        identity.Lockout.MaxFailedAccessAttempts = 5;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
        // Length and common passwords are the domain's rule; composition rules make passwords worse (NIST SP 800-63B).
        var password = identity.Password;
        password.RequiredLength = Passwords.Least;
        password.RequireDigit = password.RequireLowercase = password.RequireUppercase = password.RequireNonAlphanumeric = false;
        password.RequiredUniqueChars = 1;
    }

    private static void ConfigureCookie(CookieAuthenticationOptions cookie)
    {
        cookie.Cookie.Name = "signed-in";
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = TimeSpan.FromHours(12);
        cookie.SlidingExpiration = true;
        cookie.LoginPath = "/sign-in";
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events.OnRedirectToLogin = context => Answer(context, StatusCodes.Status401Unauthorized);
        cookie.Events.OnRedirectToAccessDenied = context => Answer(context, StatusCodes.Status403Forbidden);
    }

    /// <summary>People are led to the sign-in page; programs, and people whose role is not enough, get the status and its answer.</summary>
    private static Task Answer(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (status == StatusCodes.Status401Unauthorized && !Platform.Edge.Gate.IsForPrograms(context.Request.Path)) context.Response.Redirect(context.RedirectUri);
        else context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
