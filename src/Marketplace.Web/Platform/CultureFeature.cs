using System.Globalization;
using Microsoft.AspNetCore.Localization;

namespace Marketplace.Platform;

/// <summary>Chinese first, English complete: <c>?culture=</c>, then the cookie, then Chinese.</summary>
public static class CultureFeature
{
    public static readonly CultureInfo Chinese = CultureInfo.GetCultureInfo("zh-CN");
    public static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    public static IServiceCollection AddMarketCultures(this IServiceCollection services)
    {
        services.AddLocalization();
        return services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(Chinese);
            options.SupportedCultures = options.SupportedUICultures = [Chinese, English];
            // The browser's preference is not asked: most desktops of this market say en-US and mean Chinese.
            options.RequestCultureProviders = [new QueryStringRequestCultureProvider { QueryStringKey = "culture", UIQueryStringKey = "culture" }, new CookieRequestCultureProvider()];
        });
    }

    /// <summary>A language asked for in the address is kept for the next page.</summary>
    public static IApplicationBuilder UseMarketCultures(this IApplicationBuilder app)
    {
        app.UseRequestLocalization();
        return app.Use((context, next) =>
        {
            var feature = context.Features.Get<IRequestCultureFeature>();
            if (feature?.Provider is QueryStringRequestCultureProvider)
            {
                context.Response.Cookies.Append(
                    CookieRequestCultureProvider.DefaultCookieName,
                    CookieRequestCultureProvider.MakeCookieValue(feature.RequestCulture),
                    new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, IsEssential = true });
            }

            return next(context);
        });
    }
}
