using System.Reflection;
using System.Text.RegularExpressions;
using Marketplace.Platform.Database;
using Marketplace.Platform.Streams;
using Microsoft.EntityFrameworkCore;
using Orleans.Concurrency;

namespace Marketplace.Tests.House;

/// <summary>What the compiler cannot say about the sources.</summary>
public sealed partial class SourceTests
{
    private const int MostLines = 300;

    [Fact]
    public void No_file_is_longer_than_a_reader_takes_in() =>
        Repository.None(
            from file in Repository.Written(".cs", ".cshtml", ".ts", ".js", ".md")
            let lines = file.Text.Count(c => c == '\n')
            // The names of all refusals are looked up, not read.
            where lines > MostLines && file.Path != "Marketplace.Domain/Common/Refusal.cs"
            select $"{file.Path}: {lines} lines");

    /// <summary>A brace lost between two sections hides every rule after it inside the last one, on some widths only.</summary>
    [Fact]
    public void Every_section_of_a_stylesheet_closes_what_it_opens() =>
        Repository.None(
            from file in Repository.Written(".css")
            let text = Comments().Replace(file.Text, "")
            from open in Regex.Matches(text, @"^@layer [a-z]+ \{|\z", RegexOptions.Multiline)
            let depth = text.Take(open.Index).Sum(c => c == '{' ? 1 : c == '}' ? -1 : 0)
            where depth != 0
            select $"{file.Path}: {depth} braces open before {(open.Length == 0 ? "its end" : text[open.Index..].Split('\n')[1].Trim())}");

    [Fact]
    public void Only_the_market_clock_reads_the_clock() =>
        Repository.None(
            from file in Repository.Written(".cs", ".cshtml")
            where !file.Path.EndsWith("/Platform/MarketClock.cs", StringComparison.Ordinal)
            from Match match in WallClock().Matches(file.Text)
            select $"{file.Path}: {match.Value}");

    [Fact]
    public void Pages_and_scripts_take_their_texts_from_resources() =>
        Repository.None(
            from file in Repository.Written(".cshtml", ".ts")
            from line in Comments().Replace(file.Text, "").Split('\n')
            where Chinese().IsMatch(line)
            select $"{file.Path}: {line.Trim()}");

    [Fact]
    public void Grains_of_a_stream_are_reentrant()
    {
        var grains = typeof(Program).Assembly.GetTypes().Where(type => !type.IsAbstract && IsStream(type)).ToList();
        Assert.NotEmpty(grains);
        Repository.None(grains.Where(grain => grain.GetCustomAttribute<ReentrantAttribute>() is null).Select(grain => grain.Name));

        static bool IsStream(Type type) =>
            type.BaseType is { } parent && ((parent.IsGenericType && parent.GetGenericTypeDefinition() == typeof(StreamGrain<>)) || IsStream(parent));
    }

    [Fact]
    public void The_migrations_of_both_databases_know_the_whole_model()
    {
        using var sqlite = new SqliteDesignTime().CreateDbContext([]);
        using var postgres = new PostgresDesignTime().CreateDbContext([]);
        Assert.False(sqlite.Database.HasPendingModelChanges());
        Assert.False(postgres.Database.HasPendingModelChanges());
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"@\*.*?\*@|<!--.*?-->|/\*.*?\*/|(?<=^|\s)//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"[\u3000-\u303F\u3400-\u4DBF\u4E00-\u9FFF\uFF00-\uFFEF]")]
    private static partial Regex Chinese();
}
