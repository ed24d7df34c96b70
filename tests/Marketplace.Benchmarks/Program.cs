using System.Globalization;
using Marketplace.Benchmarks;

switch (args)
{
    case ["hot-auction", .. var rest]:
        await HotAuction.Run(rest);
        return 0;
    case ["ledger", .. var rest]:
        await LedgerSpeed.Run(Option(rest, "--seconds") is { } each ? int.Parse(each, CultureInfo.InvariantCulture) : 5);
        return 0;
    case ["search-quality"]:
        await SearchQuality.Run();
        return 0;
    case ["search", .. var rest]:
        await SearchSpeed.Run(
            Option(rest, "--listings") is { } n ? int.Parse(n, CultureInfo.InvariantCulture) : 100_000,
            Option(rest, "--seconds") is { } s ? int.Parse(s, CultureInfo.InvariantCulture) : 15,
            Option(rest, "--engine"));
        return 0;
    case ["saved-searches", .. var rest]:
        SavedSearchSpeed.Run(
            Option(rest, "--searches") is { } many ? int.Parse(many, CultureInfo.InvariantCulture) : 100_000,
            Option(rest, "--documents") is { } few ? int.Parse(few, CultureInfo.InvariantCulture) : 1_000);
        return 0;
    default:
        Console.Error.WriteLine("""
            Usage: Marketplace.Benchmarks hot-auction [--seconds N] [--bidders N] [--store postgres|sqlite]
                   Marketplace.Benchmarks ledger [--seconds N]
                   Marketplace.Benchmarks search-quality
                   Marketplace.Benchmarks search [--listings N] [--seconds N] [--engine lucene|fts5|pg_trgm]
                   Marketplace.Benchmarks saved-searches [--searches N] [--documents N]
            """);
        return 2;
}

static string? Option(string[] args, string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
