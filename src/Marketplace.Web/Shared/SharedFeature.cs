using Marketplace.Domain.Common;
using Marketplace.Platform;
using Marketplace.Platform.Database;
using Microsoft.Extensions.Localization;
using Scalar.AspNetCore;

namespace Marketplace.Shared;

/// <summary>What all pages and endpoints share: layout, texts, security headers, the road of refusals and faults.</summary>
public static class SharedFeature
{
    public static IServiceCollection AddShared(this IServiceCollection services)
    {
        services.AddProblemDetails();
        services.AddSingleton<Refusals>();
        services.AddSingleton<Papers>();
        services.AddOpenApi(api => api.AddDocumentTransformer((document, context, _) =>
        {
            document.Info.Title = context.ApplicationServices.GetRequiredService<IStringLocalizer<SharedTexts>>()["Docs.Title"];
            return Task.CompletedTask;
        }));
        return services;
    }

    /// <summary>Ready when bids may come: the database answers and the clock is bounded.</summary>
    private static async Task<IResult> Ready(MarketplaceDb db, MarketClock clock, CancellationToken cancellation) =>
        clock.IsBounded && await db.Database.CanConnectAsync(cancellation) ? Results.Text("ready") : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);

    public static void MapShared(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Text("live")).WithTags("Health").WithSummary("The process answers");
        app.MapGet("/health/ready", Ready).WithTags("Health").WithSummary("Bids may come: the database answers and the clock is bounded");
        app.MapOpenApi();
        app.MapScalarApiReference(
            "/docs",
            (docs, context) =>
            {
                var texts = context.RequestServices.GetRequiredService<IStringLocalizer<SharedTexts>>();
                // Only what works here: no assistant, no generator and no statistics of somebody else's.
                docs.WithTitle($"{texts["Foot.Api"].Value} · {texts["Brand"].Value}").DisableDefaultFonts().DisableAgent().DisableMcp().DisableTelemetry()
                    .HideDeveloperTools().HideClientButton().HideModels().SortTagsAlphabetically()
                    .AddHeaderContent($"<p class=\"back\"><a href=\"/\">{texts["Brand"].Value}</a></p>")
                    .WithCustomCss(".back { margin: 0; padding: 12px 24px; border-bottom: 1px solid #d9dfe5; font-weight: 700 } .back a { color: inherit } :root { --scalar-color-accent: #0b4f8a }");
            }).Add(endpoint =>
        {
            // The reference builds its page with scripts and styles inside it; it shows nothing that anybody wrote.
            var show = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = context =>
            {
                context.Response.Headers.ContentSecurityPolicy =
                    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'";
                return show(context);
            };
        });
    }
}

/// <summary>Turns a refusal into what a program or a person reads.</summary>
public sealed class Refusals(IStringLocalizer<RefusalTexts> texts)
{
    /// <summary>The message in the reader's language.</summary>
    public string Say(Refusal refusal) => texts[refusal.ToString()];

    /// <summary>Problem details with the refusal's name as <c>code</c>.</summary>
    public IResult Problem(Refusal refusal, string? detail = null, IDictionary<string, object?>? more = null)
    {
        var extensions = new Dictionary<string, object?>(more ?? new Dictionary<string, object?>()) { ["code"] = refusal.ToString() };
        if (detail is not null) extensions["about"] = detail;
        return Results.Problem(title: Say(refusal), statusCode: StatusOf(refusal), extensions: extensions);
    }

    public static int StatusOf(Refusal refusal) => refusal switch
    {
        Refusal.NotSignedIn or Refusal.SignInFailed => StatusCodes.Status401Unauthorized,
        Refusal.NotAllowed or Refusal.ForeignOrigin or Refusal.SecondFactorRequired or Refusal.SecondFactorWrong or Refusal.OrganisationNotVerified
            or Refusal.InvitationForOther or Refusal.KindNotOpen => StatusCodes.Status403Forbidden,
        Refusal.NotFound or Refusal.UnknownAuction or Refusal.InvitationUnknown or Refusal.UnknownCredit or Refusal.UnknownHold or Refusal.UnknownDeal or Refusal.UnknownObligation or Refusal.UnknownPayout or Refusal.PayoutAccountUnknown or Refusal.UnknownForfeit or Refusal.UnknownInvoice or Refusal.UnknownCardPayment or Refusal.UnknownChargeback or Refusal.UnknownGuarantee
            => StatusCodes.Status404NotFound,
        Refusal.TooManyRequests or Refusal.BidsTooFast => StatusCodes.Status429TooManyRequests,
        Refusal.MalformedRequest or Refusal.TextNotAllowed or Refusal.TooLong or Refusal.Required or Refusal.AmountOutOfRange or Refusal.BidIdInvalid
            or Refusal.UsccMalformed or Refusal.CountryUnknown or Refusal.RegistryNumberMalformed or Refusal.KindNotAbroad or Refusal.MainlandOnly or Refusal.AbroadOnly
            or Refusal.RegionUnknown or Refusal.EmailInvalid or Refusal.PasswordTooShort or Refusal.PasswordTooCommon or Refusal.PasswordWrong
            or Refusal.PageOutOfRange or Refusal.SizeOutOfRange or Refusal.UnknownWord or Refusal.NumberInvalid or Refusal.TrlOutOfRange or Refusal.TermOutOfRange or Refusal.SignatureNameDiffers or Refusal.EnvelopeMalformed or Refusal.KeyMalformed
            or Refusal.NoticeAddressInvalid or Refusal.NoticeAddressForbidden or Refusal.PhoneInvalid or Refusal.NoticeCodeWrong
            or Refusal.BadNeedsReason or Refusal.OtherNeedsText
            => StatusCodes.Status422UnprocessableEntity,
        // Stripe sends again whatever is not answered by 2xx; in its list of attempts these are told from a market that is down.
        Refusal.CardEventsOff or Refusal.CardEventUnsigned or Refusal.CardEventSignatureWrong or Refusal.CardEventTooOld or Refusal.CardEventMalformed => StatusCodes.Status400BadRequest,
        Refusal.SearchUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };
}
