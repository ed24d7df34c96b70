using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Platform.Edge;

/// <summary>
/// The edge of the market: what every request passes before a capability sees it, and what becomes of refusals and
/// faults on the way out. Capabilities map their endpoints on <see cref="MapApi"/> and need to know nothing of this.
/// </summary>
public static class EdgeFeature
{
    /// <summary>The header that carries the antiforgery token of <c>GET /api/antiforgery</c>.</summary>
    public const string TokenHeader = "X-CSRF-TOKEN";

    public static IServiceCollection AddMarketEdge(this IServiceCollection services)
    {
        services.AddAntiforgery(options =>
        {
            options.HeaderName = TokenHeader;
            options.Cookie.Name = "antiforgery";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.HttpOnly = true;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        // At Trace it writes what was typed into a form, and that may be a hidden maximum or a ceiling.
        services.AddLogging(log => log.AddFilter("Microsoft.AspNetCore.Mvc", LogLevel.Information));
        services.ConfigureHttpJsonOptions(options => Strict(options.SerializerOptions));
        // A parameter that does not parse comes out as an exception, so that Faults can give it its name.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.Configure<MvcOptions>(options => options.Filters.Add<FormText>());
        return services;
    }

    /// <summary>Outermost first. Routing is inside, so that an error page is found by its own route.</summary>
    public static void UseMarketEdge(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseHsts();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMarketCultures();
        app.UseMiddleware<Faults>();
        app.UseRouting();
        app.UseAuthentication();
        app.UseMiddleware<Gate>();
        app.UseAuthorization();
    }

    /// <summary>The root of the endpoints for programs: <c>/api</c>, with the one road of refusals and faults.</summary>
    public static RouteGroupBuilder MapApi(this WebApplication app) =>
        app.MapGroup("/api").ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    public static void MapEdge(this WebApplication app) =>
        app.MapApi()
            .MapGet("/antiforgery", (IAntiforgery antiforgery, HttpContext context) =>
                new AntiforgeryAnswer(TokenHeader, antiforgery.GetAndStoreTokens(context).RequestToken!))
            .WithTags("Identity").WithSummary("The token that an unsafe request signed in by cookie carries in its header");

    /// <summary>What JSON may come in: everything named, nothing unknown, no null where none is meant, no number as text.</summary>
    public static void Strict(JsonSerializerOptions json)
    {
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.RespectNullableAnnotations = true;
        json.RespectRequiredConstructorParameters = true;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.PropertyNameCaseInsensitive = false;
        json.Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);
        json.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    }
}

/// <param name="Header">The name of the header to send it in.</param>
public sealed record AntiforgeryAnswer(string Header, string Token);
