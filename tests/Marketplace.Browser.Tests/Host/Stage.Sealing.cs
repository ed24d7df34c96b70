namespace Marketplace.Browser.Tests.Host;

/// <summary>Those who keep shares of opening keys.</summary>
public sealed partial class Stage
{
    /// <summary>A notary office signs up, is verified, and its owner becomes signatory.</summary>
    public Task<Somebody> Notary() => Joins("Notary", "杭州市钱塘公证处", UsccOf("12330100", "47000456"), "叶公证", "ye@notary.test");

    /// <summary>An enterprise abroad whose owner is signatory and has a second factor.</summary>
    public async Task<Somebody> Abroad(string name)
    {
        const string Email = "buyer@rheinlauf.test";
        var somebody = await Joins(name, Email, newcomer => newcomer.SignUpAbroad(name, "DE", "HRB 70123", "Anna Lindner", Email));
        await somebody.SetUpSecondFactor();
        return somebody;
    }

    private Task<Somebody> Joins(string kind, string name, string uscc, string person, string email) => Joins(name, email, newcomer => newcomer.SignUp(kind, name, uscc, person, email));

    private async Task<Somebody> Joins(string name, string email, Func<Somebody, Task> signUp)
    {
        var somebody = await _market.Open();
        await signUp(somebody);
        // Before a real organisation beside it takes the demonstration's operator its say.
        await _market.MakeEveryoneDemonstration();
        await Operator.Go("/desk/organisations");
        await Operator.Press($"table.pick a:text-is('{name}')");
        await Operator.Fill("#reason", "已与证照原件核对");
        await Operator.Press("button[name=decision][value=accept]");
        await somebody.SignIn(email);
        await BecomeSignatory(somebody);
        return somebody;
    }

    public static async Task BecomeSignatory(Somebody owner)
    {
        await owner.Go("/desk/members");
        await owner.Pick("form.give select[name=role] >> nth=0", "Signatory");
        await owner.Press("form.give button");
    }
}
