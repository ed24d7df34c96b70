using System.Globalization;

namespace Marketplace.StandIns;

/// <summary>Serves development until Ctrl+C. No top-level statements: their public Program would stand in the way of the market's.</summary>
internal static class LocalStripeProgram
{
    public static async Task<int> Main(string[] args)
    {
        if (Options(args) is not { } options)
        {
            await Console.Error.WriteLineAsync("Marketplace.LocalStripe [--port 12111] [--seed 1] [--secret whsec_local] [--webhook http://…]…");
            return 2;
        }

        await using var stripe = await LocalStripe.Start(options);
        Console.WriteLine($"A local Stripe listens at {stripe.Url}; Ctrl+C ends it.");
        var ended = new TaskCompletionSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            ended.TrySetResult();
        };
        await ended.Task;
        return 0;
    }

    /// <summary>Null when the words make no sense.</summary>
    internal static LocalStripeOptions? Options(string[] args)
    {
        var (port, seed, secret, urls) = (12111, 1UL, "whsec_local", new List<Uri>());
        if (args.Length % 2 != 0) return null;
        foreach (var pair in args.Chunk(2))
        {
            var understood = pair[0] switch
            {
                "--port" => int.TryParse(pair[1], CultureInfo.InvariantCulture, out port),
                "--seed" => ulong.TryParse(pair[1], CultureInfo.InvariantCulture, out seed),
                "--secret" => (secret = pair[1]).Length > 0,
                "--webhook" => Uri.TryCreate(pair[1], UriKind.Absolute, out var url) && Added(url),
                _ => false,
            };
            if (!understood) return null;
        }

        return new LocalStripeOptions
        {
            Time = new MovableTime(TimeProvider.System),
            Port = port,
            Seed = seed,
            FeeBasisPoints = 290,
            FixedFee = 235,
            DisputeFee = 1_500,
            Webhooks = [.. urls.Select(url => new WebhookEndpoint(url, secret))],
            DeliverEvery = TimeSpan.FromMilliseconds(200),
        };

        bool Added(Uri url)
        {
            urls.Add(url);
            return true;
        }
    }
}
