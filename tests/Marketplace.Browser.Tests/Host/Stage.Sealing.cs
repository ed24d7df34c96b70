namespace Marketplace.Browser.Tests.Host;

/// <summary>Those who keep shares of opening keys.</summary>
public sealed partial class Stage
{
    /// <summary>A notary office signs up, is verified, and its owner becomes signatory.</summary>
    public async Task<Somebody> Notary()
    {
        const string Name = "杭州市钱塘公证处";
        var notary = await _market.Open();
        await notary.SignUp("Notary", Name, UsccOf("12330100", "47000456"), "叶公证", "ye@notary.test");
        // Before a real organisation beside it takes the demonstration's operator its say.
        await _market.MakeEveryoneDemonstration();
        await Operator.Go("/desk/organisations");
        await Operator.Press($"table.pick a:text-is('{Name}')");
        await Operator.Fill("#reason", "已与证照原件核对");
        await Operator.Press("button[name=decision][value=accept]");
        await notary.SignIn("ye@notary.test");
        await BecomeSignatory(notary);
        return notary;
    }

    public static async Task BecomeSignatory(Somebody owner)
    {
        await owner.Go("/desk/members");
        await owner.Pick("form.give select[name=role] >> nth=0", "Signatory");
        await owner.Press("form.give button");
    }
}
