namespace Marketplace.Platform;

/// <summary>When the request reached the platform: stamped before anything else looks at it (收到时间).</summary>
public sealed record Received(DateTimeOffset At)
{
    /// <summary>Stands first in the pipeline.</summary>
    public static IApplicationBuilder Stamp(IApplicationBuilder app)
    {
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use((context, next) =>
        {
            context.Features.Set(new Received(clock.GetUtcNow()));
            return next(context);
        });
    }
}
