using System.Runtime.CompilerServices;
using System.Text.Json;
using Marketplace.Domain.Auctions;
using Marketplace.Domain.Common;

namespace Marketplace.Tests.House;

/// <summary>A stored name is for ever, so each has exactly one shape, a reader and a golden line.</summary>
public sealed class FactTests
{
    private static readonly Dictionary<string, Type> Stored = typeof(AuctionFact).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(AuctionFact)) && !type.IsAbstract)
        .ToDictionary(NameOf);

    [Fact]
    public void Every_fact_of_a_capability_has_a_stored_name_of_its_own()
    {
        var names = typeof(Fact).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Fact)) && !type.IsAbstract).Select(type => (type.Namespace, NameOf(type))).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+(-[a-z]+)*(\\.[0-9]+)?$", name.Item2));
    }

    [Fact]
    public void Every_fact_of_an_auction_is_read_and_stands_in_a_golden_log()
    {
        string[] logs = ["golden-auction.ndjson", "golden-formats.ndjson", "golden-priority.ndjson", "golden-linked.ndjson", "golden-trouble.ndjson", "golden-cancelled.ndjson", "golden-sealing.ndjson", "golden-hall.ndjson", "golden-hall-passed.ndjson", "golden-hall-priority.ndjson", "golden-hall-stopped.ndjson", "golden-listing.ndjson"];
        var golden = logs.SelectMany(log => File.ReadAllLines(Path.Combine(Repository.Root, "tests/Marketplace.Domain.Tests/Data", log))[..^1]).ToList();
        var reader = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Source, "Marketplace.Domain/Auctions"), "*Lines.cs").Select(File.ReadAllText));
        var names = golden.Select(line => JsonElement.Parse(line).GetProperty("type").GetString()!).ToHashSet();
        Repository.None(Stored.Keys.Where(name => !names.Contains(name)));
        Repository.None(Stored.Keys.Where(name => !reader.Contains($"\"{name}\" =>", StringComparison.Ordinal)));
        foreach (var line in golden)
        {
            var fact = AuctionLines.Read(System.Text.Encoding.UTF8.GetBytes(line)).Fact;
            Assert.Equal(Stored[fact.Type], fact.GetType());
        }
    }

    private static string NameOf(Type type) => ((Fact)RuntimeHelpers.GetUninitializedObject(type)).Type;
}
