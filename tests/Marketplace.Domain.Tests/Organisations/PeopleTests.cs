using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Organisations;

public sealed class PeopleTests
{
    [Theory]
    [InlineData(null, Refusal.Required)]
    [InlineData("", Refusal.Required)]
    [InlineData("short 123", Refusal.PasswordTooShort)]
    [InlineData("1234567890", Refusal.PasswordTooCommon)]
    [InlineData("QWERTYUIOP", Refusal.PasswordTooCommon)]
    [InlineData("woaini1314520", Refusal.PasswordTooCommon)]
    [InlineData("aaaaaaaaaaaa", Refusal.PasswordTooCommon)]
    [InlineData("abababababab", Refusal.PasswordTooCommon)]
    [InlineData("xyzxyzxyzxyz", Refusal.PasswordTooCommon)]
    [InlineData("abcdefghijklm", Refusal.PasswordTooCommon)]
    [InlineData("zyxwvutsrqp", Refusal.PasswordTooCommon)]
    [InlineData("lin.caigou2026", Refusal.PasswordTooCommon)]
    [InlineData("lin.caigou@firm.example", Refusal.PasswordTooCommon)]
    [InlineData("甬江精密仪器有限公司2026", Refusal.PasswordTooCommon)]
    [InlineData("marketplace1!", Refusal.PasswordTooCommon)]
    [InlineData("Password123!", Refusal.PasswordTooCommon)]
    public void A_weak_password_is_refused_by_name(string? password, Refusal refusal) =>
        Assert.Equal(refusal, Passwords.Check(password, "lin.caigou@firm.example", "甬江精密仪器有限公司"));

    [Theory]
    [InlineData("a long enough sentence")]
    [InlineData("春江潮水连海平海上明月")]
    [InlineData("tr4ck-wheel-orbit")]
    [InlineData("one  two   x")]
    [InlineData("🐎🔋🔩📎 five pictures")]
    [InlineData("lin.caigou likes pears")]
    public void Length_is_enough_and_no_character_is_demanded(string password) =>
        Assert.Null(Passwords.Check(password, "lin.caigou@firm.example", "甬江精密仪器有限公司"));

    [Fact]
    public void A_password_has_an_upper_bound() => Assert.Equal(Refusal.TooLong, Passwords.Check(new string('x', 100) + new string('y', 101)));

    [Theory]
    [InlineData("a@b.cn", "a@b.cn")]
    [InlineData(" lin.caigou+market@firm-1.example ", "lin.caigou+market@firm-1.example")]
    public void An_email_is_read_without_blanks_around_it(string typed, string address) => Assert.Equal(address, EmailAddress.Read(typed).Value);

    [Theory]
    [InlineData(null, Refusal.Required)]
    [InlineData("  ", Refusal.Required)]
    [InlineData("a", Refusal.EmailInvalid)]
    [InlineData("@b.cn", Refusal.EmailInvalid)]
    [InlineData("a@", Refusal.EmailInvalid)]
    [InlineData("a@b", Refusal.EmailInvalid)]
    [InlineData("a@b@c.cn", Refusal.EmailInvalid)]
    [InlineData("a b@c.cn", Refusal.EmailInvalid)]
    [InlineData(".a@b.cn", Refusal.EmailInvalid)]
    [InlineData("a..b@c.cn", Refusal.EmailInvalid)]
    [InlineData("a@-b.cn", Refusal.EmailInvalid)]
    [InlineData("a@b..cn", Refusal.EmailInvalid)]
    [InlineData("a@1.2.3.4", Refusal.EmailInvalid)]
    [InlineData("а@b.cn", Refusal.EmailInvalid)] // a Cyrillic а
    [InlineData("a@b.cn\r\nBcc: c@d.cn", Refusal.EmailInvalid)]
    [InlineData("<script>@b.cn", Refusal.EmailInvalid)]
    public void What_is_no_email_is_refused(string? typed, Refusal refusal) => Assert.Equal(refusal, EmailAddress.Read(typed).Refusal);

    [Theory]
    [InlineData("330000", true)]
    [InlineData("330100", true)]
    [InlineData("330113", true)] // 临平区, since 2021
    [InlineData("330383", true)] // 龙港市, since 2019
    [InlineData("330103", false)] // 下城区, until 2021
    [InlineData("339999", false)]
    [InlineData("110105", true)] // another province: the shape is all we know
    [InlineData("33010", false)]
    [InlineData("3301000", false)]
    [InlineData("33010a", false)]
    [InlineData("030100", false)]
    public void A_region_has_six_digits_and_in_Zhejiang_it_exists(string code, bool known)
    {
        var read = Region.Read(code);
        Assert.Equal(known ? null : Refusal.RegionUnknown, read.Refusal);
    }

    [Fact]
    public void Zhejiang_has_eleven_cities_and_ninety_counties()
    {
        Assert.Equal(11, Region.Zhejiang.Count(r => r.Code.EndsWith("00", StringComparison.Ordinal) && r.Code != "330000"));
        Assert.Equal(90, Region.Zhejiang.Count(r => !r.Code.EndsWith("00", StringComparison.Ordinal)));
        Assert.Equal(102, Region.Zhejiang.Select(r => r.Code).Distinct().Count());
        Assert.Equal("杭州市西湖区", Region.NameOf("330106"));
        Assert.Equal("Xihu, Hangzhou", Region.LatinOf("330106"));
        Assert.All(Region.Zhejiang, r => Assert.True(r.Latin.All(char.IsAscii) && char.IsUpper(r.Latin[0]), r.Latin));
    }

    [Fact]
    public void A_form_is_answered_field_by_field()
    {
        var (organisation, wrong) = NewOrganisation.Read(new OrganisationForm(OrganisationKind.Operator, " ", "1", "339999"));
        Assert.Null(organisation);
        Assert.Equal(
            [new("kind", Refusal.KindNotOpen), new("name", Refusal.Required), new("uscc", Refusal.UsccMalformed), new("region", Refusal.RegionUnknown)],
            wrong);
        var (person, wrongPerson) = NewPerson.Read(new PersonForm(new string('x', 101), "x", "x"), null);
        Assert.Null(person);
        Assert.Equal([new("personName", Refusal.TooLong), new("email", Refusal.EmailInvalid), new("password", Refusal.PasswordTooShort)], wrongPerson);
    }
}
