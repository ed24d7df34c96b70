using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;
using Marketplace.Platform.Edge;
using Marketplace.Shared;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Marketplace.Organisations;

/// <param name="TwoFactorCode">Six digits or a recovery code, when the account has a second factor.</param>
public sealed record LoginRequest(string Email, string Password, string? TwoFactorCode = null);

public sealed record RefreshRequest(string RefreshToken);

/// <summary>An organisation and its first member.</summary>
/// <param name="Uscc">统一社会信用代码 of an organisation of mainland China; an organisation abroad gives country and number instead.</param>
/// <param name="Region">Six digits, GB/T 2260; of mainland China only.</param>
/// <param name="Country">ISO 3166-1 alpha-2, Hong Kong, Macao and Taiwan as HK, MO and TW; nothing or CN is mainland China.</param>
/// <param name="RegistryNumber">The number in the company register of that country.</param>
public sealed record RegisterRequest(
    OrganisationKind Kind, string Name, string PersonName, string Email, string Password,
    string? Uscc = null, string? Region = null, string? Country = null, string? RegistryNumber = null);

/// <summary>The same answer whether or not the e-mail had an account.</summary>
public sealed record RegisterAnswer(bool Received);

/// <summary>What the check of a 统一社会信用代码 says.</summary>
/// <param name="Expected">The check character that the first seventeen give; null when the shape is wrong.</param>
public sealed record UsccAnswer(string Normalised, string? Code, string? Message, string? Expected, IReadOnlyList<UsccWarning> Warnings);

/// <summary>Signing in and registering for programs.</summary>
public static class IdentityEndpoints
{
    public static void MapIdentity(this WebApplication app)
    {
        var api = app.MapApi().WithTags("Identity");
        api.MapPost("/identity/login", Login).Produces<AccessTokenResponse>()
            .WithSummary("Signs in: a bearer token for an hour and a refresh token for two weeks.");
        api.MapPost("/identity/refresh", Refresh).Produces<AccessTokenResponse>();
        api.MapPost("/identity/register", Register).Produces<RegisterAnswer>(StatusCodes.Status202Accepted)
            .WithSummary("Registers an organisation with its first member; the verification desk decides.");
        api.MapGet("/organisations/uscc", CheckUscc).WithTags("Organisations")
            .WithSummary("Explains the check of a unified social credit code (GB 32100-2015).");
        api.MapGet("/organisations/mine", Mine).WithTags("Organisations")
            .WithSummary("The organisations that the signed-in person acts for, the chosen one first.");
    }

    private static async Task<IResult> Mine(CurrentActor actor, Refusals refusals, CancellationToken cancellation)
    {
        var known = await actor.Get(cancellation);
        return known.SignedIn ? Results.Ok(known.Memberships) : refusals.Problem(Refusal.NotSignedIn);
    }

    private static async Task<IResult> Login(LoginRequest request, SignIns signIns, Refusals refusals)
    {
        var step = await signIns.ByPassword(request.Email, request.Password, IdentityConstants.BearerScheme);
        if (step is { Done: true, Value: SignInStep.SecondFactor })
        {
            if (string.IsNullOrWhiteSpace(request.TwoFactorCode)) return refusals.Problem(Refusal.SecondFactorRequired);
            step = await signIns.BySecondFactor(request.TwoFactorCode, remember: false, IdentityConstants.BearerScheme);
        }

        // Signing in with the bearer scheme has written the tokens.
        return step.Refusal is { } refusal ? refusals.Problem(refusal) : Results.Empty;
    }

    private static async Task<IResult> Refresh(
        RefreshRequest request, SignInManager<Person> manager, IOptionsMonitor<BearerTokenOptions> tokens, TimeProvider clock, Refusals refusals)
    {
        var ticket = tokens.Get(IdentityConstants.BearerScheme).RefreshTokenProtector.Unprotect(request.RefreshToken);
        if (ticket?.Properties.ExpiresUtc is not { } expires || clock.GetUtcNow() >= expires
            || await manager.ValidateSecurityStampAsync(ticket.Principal) is not { } person) return refusals.Problem(Refusal.NotSignedIn);
        var principal = await manager.CreateUserPrincipalAsync(person);
        // How the person signed in (with a second factor or without) stays known.
        foreach (var how in ticket.Principal.FindAll(SignIns.How)) principal.Identities.First().AddClaim(how.Clone());
        return Results.SignIn(principal, authenticationScheme: IdentityConstants.BearerScheme);
    }

    private static async Task<IResult> Register(RegisterRequest request, Registration registration, Refusals refusals, CancellationToken cancellation)
    {
        var wrong = await registration.Register(
            new OrganisationForm(request.Kind, request.Name, request.Uscc, request.Region, request.Country, request.RegistryNumber),
            new PersonForm(request.PersonName, request.Email, request.Password),
            cancellation);
        return wrong.IsEmpty
            ? Results.Accepted(value: new RegisterAnswer(true))
            : refusals.Problem(wrong[0].Refusal, wrong[0].Field, new Dictionary<string, object?>
            {
                ["fields"] = wrong.GroupBy(w => w.Field).ToDictionary(w => w.Key, w => w.First().Refusal.ToString()),
            });
    }

    private static UsccAnswer CheckUscc(string? code, Refusals refusals)
    {
        var read = Uscc.Read(code);
        var normalised = Uscc.Normalise(code);
        if (read.Refusal is { } refusal) return new UsccAnswer(normalised, refusal.ToString(), refusals.Say(refusal), null, []);
        return new UsccAnswer(normalised, null, null, Uscc.CheckCharacter(normalised.AsSpan(0, 17)).ToString(), read.Value.Warnings);
    }
}
