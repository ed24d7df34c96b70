using System.Text.RegularExpressions;
using System.Xml.Linq;
using Marketplace.Domain.Common;

namespace Marketplace.Tests.House;

/// <summary>Every text is there in both languages, and every refusal has one.</summary>
public sealed partial class TextTests
{
    public static TheoryData<string> Resources =>
        [.. Repository.Written(".resx").Select(file => file.Path).Where(path => !path.EndsWith(".en.resx", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_text_stands_in_both_languages_with_the_same_places_to_fill(string path)
    {
        var (chinese, english) = (Read(path), Read(path[..^".resx".Length] + ".en.resx"));
        Repository.None(chinese.Keys.Except(english.Keys).Select(key => $"{key} has no English text"));
        Repository.None(english.Keys.Except(chinese.Keys).Select(key => $"{key} has no Chinese text"));
        Repository.None(chinese.Concat(english).Where(text => string.IsNullOrWhiteSpace(text.Value)).Select(text => text.Key));
        Repository.None(chinese.Keys.Where(key => !Places(chinese[key]).SetEquals(Places(english[key]))));
    }

    [Fact]
    public void No_English_text_stands_without_its_Chinese()
    {
        var neutral = Resources.Select(row => row.Data).ToHashSet();
        Assert.NotEmpty(neutral);
        Repository.None(Repository.Written(".en.resx").Select(file => file.Path.Replace(".en.resx", ".resx", StringComparison.Ordinal)).Where(path => !neutral.Contains(path)));
    }

    [Fact]
    public void Every_refusal_has_its_own_number_and_a_text()
    {
        var names = Enum.GetNames<Refusal>();
        Assert.Equal(names.Length, Enum.GetValues<Refusal>().Distinct().Count());
        Repository.None(names.Except(Read("Marketplace.Web/Shared/RefusalTexts.resx").Keys));
        Repository.None(names.Except(Read("Marketplace.Web/Shared/RefusalTexts.en.resx").Keys));
    }

    private static Dictionary<string, string> Read(string path) =>
        XDocument.Load(Path.Combine(Repository.Source, path)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static HashSet<string> Places(string text) => [.. Place().Matches(text).Select(match => match.Groups[1].Value)];

    [GeneratedRegex(@"(?<!\{)\{(\d+)")]
    private static partial Regex Place();
}
