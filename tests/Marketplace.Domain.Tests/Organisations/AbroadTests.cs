using System.Collections.Immutable;
using CsCheck;
using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Organisations;

/// <summary>Organisations that no register of mainland China knows: a country and a number in place of the code.</summary>
public sealed class AbroadTests
{
    private static readonly OrganisationForm Good = new(OrganisationKind.Enterprise, "Rheinlauf Messtechnik GmbH", null, null, "DE", "KOELN HRB 999001");

    [Fact]
    public void The_standard_has_249_codes_and_each_has_a_name_in_both_languages()
    {
        Assert.Equal(249, Country.All.Count);
        Assert.Equal(Country.All.Select(c => c.Code).Distinct().Order(StringComparer.Ordinal), Country.All.Select(c => c.Code));
        Assert.Equal(249, Country.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(249, Country.All.Select(c => c.English).Distinct().Count());
        Assert.All(Country.All, c => Assert.True(c.Code.Length == 2 && c.Code.All(char.IsAsciiLetterUpper), c.Code));
        Assert.All(Country.All, c => Assert.True(c.Name.All(x => x is >= '\u4E00' and <= '\u9FFF' or '（' or '）' or '、' or '-'), c.Name));
        Assert.All(Country.All, c => Assert.True(char.IsLetter(c.English[0]) && c.English.Trim() == c.English && !c.English.Any(x => x is '’' or '&' or '/'), c.English));
        Assert.Equal(248, Country.Abroad.Count);
    }

    [Theory]
    [InlineData("DE", "德国", "Germany")]
    [InlineData("HK", "中国香港", "Hong Kong, China")]
    [InlineData("MO", "中国澳门", "Macao, China")]
    [InlineData("TW", "中国台湾", "Taiwan, China")]
    [InlineData("CN", "中国", "China")]
    [InlineData("CI", "科特迪瓦", "Côte d'Ivoire")]
    [InlineData("ZZ", "ZZ", "ZZ")]
    public void Countries_and_territories_are_called_as_they_are_here(string code, string name, string english) =>
        Assert.Equal((name, english), (Country.NameOf(code), Country.EnglishOf(code)));

    [Theory]
    [InlineData("DE", "DE")]
    [InlineData(" de ", "DE")]
    [InlineData("ｄｅ", "DE")]
    [InlineData("hk", "HK")]
    [InlineData(null, null, Refusal.Required)]
    [InlineData(" ", null, Refusal.Required)]
    [InlineData("CN", null, Refusal.CountryUnknown)]
    [InlineData("UK", null, Refusal.CountryUnknown)] // reserved; the code is GB
    [InlineData("XK", null, Refusal.CountryUnknown)]
    [InlineData("DEU", null, Refusal.CountryUnknown)]
    [InlineData("Germany", null, Refusal.CountryUnknown)]
    public void A_country_abroad_is_read_by_its_code(string? typed, string? code, Refusal? refusal = null)
    {
        var read = Country.Read(typed);
        Assert.Equal(refusal, read.Refusal);
        if (read.Done) Assert.Equal(code, read.Value);
    }

    [Theory]
    [InlineData("KOELN HRB 999001", "KOELN HRB 999001")]
    [InlineData("  koeln   hrb\u3000999001\u00A0", "KOELN HRB 999001")]
    [InlineData("ＨＲＢ　９９９００１", "HRB 999001")]
    [InlineData("che\u2011123.456.789", "CHE-123.456.789")]
    [InlineData("12/345", "12/345")]
    [InlineData("\uFEFFSC\u200B123456", "SC123456")]
    [InlineData("7A", "7A")]
    public void A_number_is_read_as_people_type_it(string typed, string number) => Assert.Equal(number, RegistryEntry.ReadNumber(typed).Value);

    [Theory]
    [InlineData(null, Refusal.Required)]
    [InlineData("  ", Refusal.Required)]
    [InlineData("7", Refusal.RegistryNumberMalformed)]
    [InlineData("--", Refusal.RegistryNumberMalformed)]
    [InlineData("- 7 -", Refusal.RegistryNumberMalformed)]
    [InlineData("HRB 999001!", Refusal.RegistryNumberMalformed)]
    [InlineData("KÖLN HRB 999001", Refusal.RegistryNumberMalformed)]
    [InlineData("НRB 999001", Refusal.RegistryNumberMalformed)] // a Cyrillic Н
    [InlineData("HRB_999001", Refusal.RegistryNumberMalformed)]
    [InlineData("HRB ९९९००१", Refusal.RegistryNumberMalformed)] // Devanagari digits
    public void What_is_no_number_is_refused(string? typed, Refusal refusal) => Assert.Equal(refusal, RegistryEntry.ReadNumber(typed).Refusal);

    [Fact]
    public void A_number_has_at_most_forty_characters()
    {
        Assert.True(RegistryEntry.ReadNumber(new string('7', 40)).Done);
        Assert.Equal(Refusal.RegistryNumberMalformed, RegistryEntry.ReadNumber(new string('7', 41)).Refusal);
        Assert.True(RegistryEntry.ReadNumber(new string(' ', 90) + "77").Done);
    }

    /// <summary>Whatever is typed: what is read is stored as it is, reads again as itself, and is the same entry however its signs are written.</summary>
    [Fact]
    public void What_was_read_reads_as_itself() => Gen.String[Gen.Char[" .-/\u3000\u2013ａＢ７７7Ab9Z_é"], 0, 50].Sample(typed =>
    {
        var read = RegistryEntry.ReadNumber(typed);
        if (!read.Done) return;
        var number = read.Value;
        Assert.InRange(number.Length, RegistryEntry.Least, RegistryEntry.Most);
        Assert.Equal(number, RegistryEntry.ReadNumber(number).Value);
        Assert.Equal(number.Trim(), number);
        Assert.DoesNotContain("  ", number, StringComparison.Ordinal);
        Assert.Equal(RegistryEntry.Compact(number), RegistryEntry.ReadNumber(RegistryEntry.Compact(number)).Value);
    });

    [Fact]
    public void An_enterprise_abroad_has_an_entry_and_neither_code_nor_region()
    {
        var (organisation, wrong) = NewOrganisation.Read(Good);
        Assert.Empty(wrong);
        Assert.Equal((new RegistryEntry("DE", "KOELN HRB 999001"), null, null), (organisation!.Abroad, organisation.Uscc, organisation.Region));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" cn ")]
    public void No_country_and_its_own_code_stand_for_the_mainland(string? country)
    {
        var (organisation, wrong) = NewOrganisation.Read(new OrganisationForm(OrganisationKind.University, "某大学", "91350100M000100Y43", "330106", country));
        Assert.Empty(wrong);
        Assert.Equal((null, "91350100M000100Y43", "330106"), (organisation!.Abroad, organisation.Uscc?.Value, organisation.Region));
    }

    [Fact]
    public void Only_an_enterprise_may_be_abroad()
    {
        foreach (var kind in Enum.GetValues<OrganisationKind>().Where(NewOrganisation.MayRegister))
        {
            ImmutableArray<FieldRefusal> expected = kind is OrganisationKind.Enterprise ? [] : [new("kind", Refusal.KindNotAbroad)];
            Assert.Equal(expected, NewOrganisation.Read(Good with { Kind = kind }).Refusals);
        }

        Assert.Equal([new("kind", Refusal.KindNotOpen)], NewOrganisation.Read(Good with { Kind = OrganisationKind.Operator }).Refusals);
    }

    [Fact]
    public void A_form_from_abroad_is_answered_field_by_field()
    {
        Wrong(Good with { Kind = OrganisationKind.Agency, Name = " ", Country = "XX", RegistryNumber = "?", Uscc = "91350100M000100Y43", Region = "330106" },
            new("kind", Refusal.KindNotAbroad), new("name", Refusal.Required), new("country", Refusal.CountryUnknown), new("registryNumber", Refusal.RegistryNumberMalformed),
            new("uscc", Refusal.MainlandOnly), new("region", Refusal.MainlandOnly));
        Wrong(Good with { RegistryNumber = null }, new FieldRefusal("registryNumber", Refusal.Required));
        // The choice alone, before a country is named.
        Wrong(Good with { Country = "", Abroad = true }, new FieldRefusal("country", Refusal.Required));
        Wrong(Good with { Country = "CN", Abroad = true }, new FieldRefusal("country", Refusal.CountryUnknown));
        // Without the choice nothing says that it is abroad.
        Wrong(Good with { Country = null }, new("uscc", Refusal.Required), new("registryNumber", Refusal.AbroadOnly));

        static void Wrong(OrganisationForm form, params FieldRefusal[] expected)
        {
            var (organisation, wrong) = NewOrganisation.Read(form);
            Assert.Null(organisation);
            Assert.Equal(expected, wrong);
        }
    }
}
