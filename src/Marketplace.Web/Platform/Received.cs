namespace Marketplace.Platform;

/// <summary>When the request reached the platform: stamped before anything else looks at it (收到时间).</summary>
/// <param name="IsBounded">False while this node cannot say how far its clock is off: what changes anything is then turned away.</param>
public sealed record Received(DateTimeOffset At, bool IsBounded)
{
    /// <summary>Stands first in the pipeline.</summary>
    public static IApplicationBuilder Stamp(IApplicationBuilder app)
    {
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use((context, next) =>
        {
            // In this order: a clock that was bounded is not less so a moment later, the other way round it could be.
            var bounded = MarketClock.IsTrusted(clock);
            context.Features.Set(new Received(clock.GetUtcNow(), bounded));
            return next(context);
        });
    }
}
