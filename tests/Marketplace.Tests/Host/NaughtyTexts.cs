using System.Text.Json;

namespace Marketplace.Tests.Host;

/// <summary>The big list of naughty strings: everything that a person or a program may enter.</summary>
internal static class NaughtyTexts
{
    public static IReadOnlyList<string> All { get; } =
        JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "naughty", "blns.json")))!;
}
