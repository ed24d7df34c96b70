using Marketplace.Domain.Common;
using Marketplace.Domain.Organisations;

namespace Marketplace.Domain.Tests.Organisations;

public sealed class UsccTests
{
    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91110000101623741K")]
    [InlineData("911101066976941872")]
    public void Codes_of_real_organisations_pass_every_check(string code)
    {
        var read = Uscc.Read(code);
        Assert.Equal(code, read.Value.Value);
        Assert.Empty(read.Value.Warnings);
    }

    [Theory]
    [InlineData("91330100MA20010000", '0')] // Σ mod 31 = 0
    [InlineData("91330100MA200P000Y", 'Y')] // Σ mod 31 = 1
    public void The_edges_of_the_check_give_0_and_Y(string code, char check)
    {
        Assert.Equal(check, Uscc.CheckCharacter(code.AsSpan(0, 17)));
        Assert.DoesNotContain(UsccWarning.CheckCharacter, Uscc.Read(code).Value.Warnings);
    }

    [Fact]
    public void A_failing_check_character_is_a_warning_and_never_a_refusal()
    {
        var read = Uscc.Read("91350211M0000XUF46");
        Assert.True(read.Done);
        Assert.Equal([UsccWarning.CheckCharacter], read.Value.Warnings);
        Assert.Equal('R', Uscc.CheckCharacter("91350211M0000XUF4"));
    }

    [Theory]
    [InlineData("91110000101623742K", UsccWarning.OrganisationCode)]
    [InlineData("91A10000101623741K", UsccWarning.Region)]
    public void An_odd_part_is_a_warning_of_its_own(string code, UsccWarning warning) =>
        Assert.Contains(warning, Uscc.Read(code).Value.Warnings);

    [Theory]
    [InlineData("10162374", '1')]
    [InlineData("69769418", '7')]
    [InlineData("M000100Y", '4')]
    [InlineData("00000000", '0')] // Σ mod 11 = 0: 11 is written 0
    public void The_organisation_code_has_its_own_check(string first8, char check) => Assert.Equal(check, Uscc.OrganisationCheck(first8));

    [Fact]
    public void An_organisation_check_of_ten_is_written_X()
    {
        // 6 × weight 2 = 12, and 12 mod 11 = 1.
        Assert.Equal('X', Uscc.OrganisationCheck("00000006"));
    }

    [Theory]
    [InlineData("９１３５０１００Ｍ０００１００Ｙ４３")]
    [InlineData("91350100m000100y43")]
    [InlineData(" 9135 0100 M000 100Y 43 ")]
    [InlineData("913501-00M000100Y4-3")]
    [InlineData("91350100M000100Y43\u3000")]
    [InlineData("\uFEFF91350100M000100Y43\u200B")]
    public void Codes_are_read_as_people_type_them(string typed) => Assert.Equal("91350100M000100Y43", Uscc.Read(typed).Value.Value);

    [Theory]
    [InlineData(null, Refusal.Required)]
    [InlineData("", Refusal.Required)]
    [InlineData(" - ", Refusal.Required)]
    [InlineData("91350100M000100Y4", Refusal.UsccMalformed)]
    [InlineData("91350100M000100Y433", Refusal.UsccMalformed)]
    [InlineData("91350100I000100Y43", Refusal.UsccMalformed)]
    [InlineData("91350100O000100Y43", Refusal.UsccMalformed)]
    [InlineData("91350100S000100Y43", Refusal.UsccMalformed)]
    [InlineData("91350100V000100Y43", Refusal.UsccMalformed)]
    [InlineData("91350100Z000100Y43", Refusal.UsccMalformed)]
    [InlineData("9135010०M000100Y43", Refusal.UsccMalformed)] // a Devanagari zero is a digit to Unicode
    [InlineData("统一社会信用代码不是这样的东西呀呀呀", Refusal.UsccMalformed)]
    public void Only_a_wrong_length_or_alphabet_is_refused(string? typed, Refusal refusal) => Assert.Equal(refusal, Uscc.Read(typed).Refusal);

    [Fact]
    public void Any_one_wrong_character_is_noticed()
    {
        const string Code = "91110000101623741K";
        for (var place = 0; place < 17; place++)
        {
            foreach (var other in Uscc.Alphabet.Where(c => c != Code[place]))
            {
                var wrong = Code.ToCharArray();
                wrong[place] = other;
                Assert.Contains(UsccWarning.CheckCharacter, Uscc.Read(new string(wrong)).Value.Warnings);
            }
        }
    }
}
