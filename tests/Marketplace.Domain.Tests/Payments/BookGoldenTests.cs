using System.Text;
using Marketplace.Domain.Common;
using Marketplace.Domain.Payments;

namespace Marketplace.Domain.Tests.Payments;

/// <summary>Every kind of line that a book ever shipped, byte for byte. A line here is never edited; a new shape adds one.</summary>
public sealed class BookGoldenTests
{
    private const string Zero = FactLine.Genesis;

    private static readonly string[] Golden =
    [
        """{"v":1,"type":"book-resumed","prev":"P","at":"2026-11-02T01:00:00.000000Z","book":"custodian","epoch":1}""",
        """{"v":2,"type":"credited","prev":"P","at":"2026-11-02T01:00:01.000000Z","book":"custodian","credit":"00000001-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":50000000,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B1","payerReference":"ZJP","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":3,"type":"credited","prev":"P","at":"2026-11-02T01:00:02.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":null,"amountFen":700,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B2","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":4,"type":"credit-assigned","prev":"P","at":"2026-11-02T01:00:03.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":700,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":5,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:04.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"creditedBy":"2026-11-01T16:00:00.000000Z"}""",
        """{"v":6,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:05.000000Z","book":"custodian","hold":"00000004-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"creditedBy":null}""",
        """{"v":7,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:06.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300,"creditedBy":null}""",
        """{"v":8,"type":"hold-bound","prev":"P","at":"2026-11-02T01:00:07.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200}""",
        """{"v":9,"type":"hold-bound","prev":"P","at":"2026-11-02T01:00:08.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300}""",
        """{"v":10,"type":"hold-released","prev":"P","at":"2026-11-02T01:00:09.000000Z","book":"custodian","hold":"00000004-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200,"byAuction":true}""",
        """{"v":11,"type":"hold-used","prev":"P","at":"2026-11-02T01:00:10.000000Z","book":"custodian","hold":"00000003-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-1","amountFen":200}""",
        """{"v":12,"type":"hold-forfeited","prev":"P","at":"2026-11-02T01:00:11.000000Z","book":"custodian","hold":"00000005-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","auction":"ZJP-2","amountFen":300,"costsFen":50,"shortfallFen":100,"sellerFen":150}""",
        """{"v":13,"type":"credited","prev":"P","at":"2026-11-02T01:00:12.000000Z","book":"custodian","credit":"00000006-0000-0000-0000-000000000000","organisation":null,"amountFen":900,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B6","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":14,"type":"credit-reversed","prev":"P","at":"2026-11-02T01:00:13.000000Z","book":"custodian","credit":"00000006-0000-0000-0000-000000000000","organisation":null,"amountFen":900,"reason":"金额录入有误","by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":15,"type":"credit-reversed","prev":"P","at":"2026-11-02T01:00:14.000000Z","book":"custodian","credit":"00000002-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":700,"reason":"银行冲正","by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":16,"type":"credited","prev":"P","at":"2026-11-02T01:00:15.000000Z","book":"custodian","credit":"00000007-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":2000,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B7","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":17,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:16.000000Z","book":"custodian","hold":"00000008-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-3","amountFen":200,"creditedBy":null}""",
        """{"v":18,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:17.000000Z","book":"custodian","hold":"00000009-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-4","amountFen":200,"creditedBy":null}""",
        """{"v":19,"type":"obligations-raised","prev":"P","at":"2026-11-02T01:00:18.000000Z","book":"custodian","about":"ZJP-3","cause":"signed","owed":[{"id":"00000011-0000-0000-0000-000000000000","kind":"price","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":150,"due":"2026-11-09","release":"registration"},{"id":"00000012-0000-0000-0000-000000000000","kind":"price","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":350,"due":"2026-12-09","release":"milestone","milestone":"中试完成"},{"id":"00000013-0000-0000-0000-000000000000","kind":"platform-fee","debtor":"0000005e-0000-0000-0000-000000000000","creditor":null,"amountFen":10,"due":"2026-11-09","release":"out-of-price"}]}""",
        """{"v":20,"type":"hold-used.2","prev":"P","at":"2026-11-02T01:00:19.000000Z","book":"custodian","hold":"00000008-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-3","amountFen":200,"seller":"0000005e-0000-0000-0000-000000000000","shares":[{"obligation":"00000011-0000-0000-0000-000000000000","amountFen":150},{"obligation":"00000012-0000-0000-0000-000000000000","amountFen":40}]}""",
        """{"v":21,"type":"obligation-paid","prev":"P","at":"2026-11-02T01:00:20.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","payment":"00000021-0000-0000-0000-000000000000","amountFen":310,"kept":true,"by":null,"creditedAt":"2026-11-01T01:00:00.000000Z"}""",
        """{"v":22,"type":"release-claimed","prev":"P","at":"2026-11-02T01:00:21.000000Z","book":"custodian","obligation":"00000011-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","claim":"00000031-0000-0000-0000-000000000000","evidenceSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","objectUntil":"2026-11-16T16:00:00.000000Z"}""",
        """{"v":23,"type":"obligation-released","prev":"P","at":"2026-11-02T01:00:22.000000Z","book":"custodian","obligation":"00000011-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","cause":"00000031-0000-0000-0000-000000000000","amountFen":150,"ground":"agreed","fees":[{"obligation":"00000013-0000-0000-0000-000000000000","payee":null,"amountFen":3}],"by":"0000000f-0000-0000-0000-000000000000"}""",
        """{"v":24,"type":"release-claimed","prev":"P","at":"2026-11-02T01:00:23.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","claim":"00000032-0000-0000-0000-000000000000","evidenceSha256":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","objectUntil":"2026-11-16T16:00:00.000000Z"}""",
        """{"v":25,"type":"release-objected","prev":"P","at":"2026-11-02T01:00:24.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","claim":"00000032-0000-0000-0000-000000000000","reason":"中试未达标","by":"0000000f-0000-0000-0000-000000000000"}""",
        """{"v":26,"type":"ruling-proposed","prev":"P","at":"2026-11-02T01:00:25.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","ruling":"00000041-0000-0000-0000-000000000000","releaseFen":250,"reason":"鉴定意见","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":27,"type":"obligation-released","prev":"P","at":"2026-11-02T01:00:26.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","cause":"00000041-0000-0000-0000-000000000000","amountFen":250,"ground":"decided","fees":[{"obligation":"00000013-0000-0000-0000-000000000000","payee":null,"amountFen":5}],"by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":28,"type":"obligation-refunded","prev":"P","at":"2026-11-02T01:00:27.000000Z","book":"custodian","obligation":"00000012-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","cause":"00000041-0000-0000-0000-000000000000","amountFen":100,"kept":true,"ground":"decided","by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":29,"type":"obligation-cancelled","prev":"P","at":"2026-11-02T01:00:28.000000Z","book":"custodian","obligation":"00000013-0000-0000-0000-000000000000","debtor":"0000005e-0000-0000-0000-000000000000","creditor":null,"leftFen":2,"because":"decided"}""",
        """{"v":30,"type":"hold-forfeited.2","prev":"P","at":"2026-11-02T01:00:29.000000Z","book":"custodian","hold":"00000009-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-4","amountFen":200,"seller":"0000005e-0000-0000-0000-000000000000","costsFen":20,"shortfallFen":30,"sellerFen":150}""",
        """{"v":31,"type":"payout-instructed","prev":"P","at":"2026-11-02T01:00:30.000000Z","book":"custodian","payout":"00000051-0000-0000-0000-000000000000","organisation":"0000005e-0000-0000-0000-000000000000","amountFen":100,"account":"00000061-0000-0000-0000-000000000000","by":"0000000f-0000-0000-0000-000000000000"}""",
        """{"v":32,"type":"payout-instructed","prev":"P","at":"2026-11-02T01:00:31.000000Z","book":"custodian","payout":"00000052-0000-0000-0000-000000000000","organisation":null,"amountFen":8,"account":"00000062-0000-0000-0000-000000000000","by":null}""",
        """{"v":33,"type":"payout-made","prev":"P","at":"2026-11-02T01:00:32.000000Z","book":"custodian","payout":"00000051-0000-0000-0000-000000000000","organisation":"0000005e-0000-0000-0000-000000000000","amountFen":100,"bankReference":"D1","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":34,"type":"payout-failed","prev":"P","at":"2026-11-02T01:00:33.000000Z","book":"custodian","payout":"00000052-0000-0000-0000-000000000000","organisation":null,"amountFen":8,"reason":"账号不符","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":35,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:34.000000Z","book":"custodian","hold":"0000000d-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-5","amountFen":80,"creditedBy":null}""",
        """{"v":36,"type":"obligations-raised","prev":"P","at":"2026-11-02T01:00:35.000000Z","book":"custodian","about":"ZJP-5","cause":"signed","owed":[{"id":"00000014-0000-0000-0000-000000000000","kind":"price","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":100,"due":"2026-11-09","release":"acceptance"}]}""",
        """{"v":37,"type":"hold-used.2","prev":"P","at":"2026-11-02T01:00:36.000000Z","book":"custodian","hold":"0000000d-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-5","amountFen":80,"seller":"0000005e-0000-0000-0000-000000000000","shares":[{"obligation":"00000014-0000-0000-0000-000000000000","amountFen":80}]}""",
        """{"v":38,"type":"obligation-cancelled","prev":"P","at":"2026-11-02T01:00:37.000000Z","book":"custodian","obligation":"00000014-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","leftFen":20,"because":"defaulted"}""",
        """{"v":39,"type":"deposit-forfeited","prev":"P","at":"2026-11-02T01:00:38.000000Z","book":"custodian","obligation":"00000014-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":80,"costsFen":10,"shortfallFen":20,"sellerFen":50}""",
        """{"v":40,"type":"card-opened","prev":"P","at":"2026-11-02T01:00:39.000000Z","book":"custodian","card":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"obligation":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":41,"type":"card-opened","prev":"P","at":"2026-11-02T01:00:40.000000Z","book":"custodian","card":"00000072-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":50,"obligation":"00000012-0000-0000-0000-000000000000","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":42,"type":"card-ended","prev":"P","at":"2026-11-02T01:00:41.000000Z","book":"custodian","card":"00000072-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":50,"because":"insufficient_funds"}""",
        """{"v":43,"type":"credited","prev":"P","at":"2026-11-02T01:00:42.000000Z","book":"custodian","credit":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"creditedAt":"2026-11-02T01:00:41.000000Z","bankReference":"ch_1","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":44,"type":"payout-instructed","prev":"P","at":"2026-11-02T01:00:43.000000Z","book":"custodian","payout":"00000053-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"account":"00000071-0000-0000-0000-000000000000","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":45,"type":"payout-made","prev":"P","at":"2026-11-02T01:00:44.000000Z","book":"custodian","payout":"00000053-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"bankReference":"re_1","by":null}""",
        """{"v":46,"type":"payout-returned","prev":"P","at":"2026-11-02T01:00:45.000000Z","book":"custodian","payout":"00000053-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"reason":"expired_or_canceled_card","by":null}""",
        """{"v":47,"type":"credited","prev":"P","at":"2026-11-02T01:00:46.000000Z","book":"custodian","credit":"00000015-0000-0000-0000-000000000000","organisation":null,"amountFen":60,"creditedAt":"2026-11-01T01:00:00.000000Z","bankReference":"B15","payerReference":"货款","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":48,"type":"credit-examined","prev":"P","at":"2026-11-02T01:00:47.000000Z","book":"custodian","credit":"00000015-0000-0000-0000-000000000000","reason":"货款，非保证金","proposedBy":"0000000c-0000-0000-0000-000000000000","by":"0000000e-0000-0000-0000-000000000000"}""",
        """{"v":49,"type":"hold-placed","prev":"P","at":"2026-11-02T01:00:48.000000Z","book":"custodian","hold":"00000016-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-6","amountFen":70,"creditedBy":null}""",
        """{"v":50,"type":"hold-covers","prev":"P","at":"2026-11-02T01:00:49.000000Z","book":"custodian","hold":"00000017-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-7","amountFen":60,"money":"00000016-0000-0000-0000-000000000000","creditedBy":"2026-11-01T16:00:00.000000Z"}""",
        """{"v":51,"type":"hold-let-go","prev":"P","at":"2026-11-02T01:00:50.000000Z","book":"custodian","hold":"00000016-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-6","amountFen":70,"byAuction":true}""",
        """{"v":52,"type":"hold-released","prev":"P","at":"2026-11-02T01:00:51.000000Z","book":"custodian","hold":"00000016-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-7","amountFen":70,"byAuction":true}""",
        """{"v":53,"type":"card-fee","prev":"P","at":"2026-11-02T01:00:52.000000Z","book":"custodian","card":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":5,"transaction":"txn_1"}""",
        """{"v":54,"type":"card-fee","prev":"P","at":"2026-11-02T01:00:53.000000Z","book":"custodian","card":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":-2,"transaction":"txn_2"}""",
        """{"v":55,"type":"provider-topped-up","prev":"P","at":"2026-11-02T01:00:54.000000Z","book":"custodian","transaction":"txn_3","amountFen":1000}""",
        """{"v":56,"type":"card-disputed","prev":"P","at":"2026-11-02T01:00:55.000000Z","book":"custodian","card":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":60,"dispute":"dp_1","takenFen":60,"reason":"fraudulent"}""",
        """{"v":57,"type":"card-dispute-won","prev":"P","at":"2026-11-02T01:00:56.000000Z","book":"custodian","card":"00000071-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":60,"dispute":"dp_1","takenFen":60}""",
        """{"v":58,"type":"obligations-raised","prev":"P","at":"2026-11-02T01:00:57.000000Z","book":"custodian","about":"ZJP-6","cause":"signed","owed":[{"id":"00000015-0000-0000-0000-000000000000","kind":"price","debtor":"000000d0-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":100,"due":"2026-11-09","release":"acceptance"}]}""",
        """{"v":59,"type":"card-opened","prev":"P","at":"2026-11-02T01:00:58.000000Z","book":"custodian","card":"00000073-0000-0000-0000-000000000000","organisation":"000000d0-0000-0000-0000-000000000000","amountFen":100,"obligation":"00000015-0000-0000-0000-000000000000","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":60,"type":"credited","prev":"P","at":"2026-11-02T01:00:59.000000Z","book":"custodian","credit":"00000073-0000-0000-0000-000000000000","organisation":"000000d0-0000-0000-0000-000000000000","amountFen":100,"creditedAt":"2026-11-02T01:00:58.000000Z","bankReference":"ch_3","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":61,"type":"obligation-paid","prev":"P","at":"2026-11-02T01:01:00.000000Z","book":"custodian","obligation":"00000015-0000-0000-0000-000000000000","debtor":"000000d0-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","payment":"00000073-0000-0000-0000-000000000000","amountFen":100,"kept":true,"by":null,"creditedAt":"2026-11-02T01:00:58.000000Z"}""",
        """{"v":62,"type":"card-disputed","prev":"P","at":"2026-11-02T01:01:01.000000Z","book":"custodian","card":"00000073-0000-0000-0000-000000000000","organisation":"000000d0-0000-0000-0000-000000000000","amountFen":120,"dispute":"dp_2","takenFen":0,"reason":"product_not_received"}""",
        """{"v":63,"type":"card-dispute-lost","prev":"P","at":"2026-11-02T01:01:02.000000Z","book":"custodian","card":"00000073-0000-0000-0000-000000000000","organisation":"000000d0-0000-0000-0000-000000000000","amountFen":120,"dispute":"dp_2","takenFen":0,"shares":[{"obligation":"00000015-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":100}]}""",
        """{"v":64,"type":"obligations-raised","prev":"P","at":"2026-11-02T01:01:03.000000Z","book":"custodian","about":"dp_2","cause":"chargeback","owed":[{"id":"00000016-0000-0000-0000-000000000000","kind":"chargeback","debtor":"000000d0-0000-0000-0000-000000000000","creditor":null,"amountFen":20,"due":"2026-11-09","release":"at-once"}]}""",
        """{"v":65,"type":"credited","prev":"P","at":"2026-11-02T01:01:04.000000Z","book":"custodian","credit":"00000074-0000-0000-0000-000000000000","organisation":"000000d0-0000-0000-0000-000000000000","amountFen":20,"creditedAt":"2026-11-02T01:01:04.000000Z","bankReference":"ch_4","payerReference":null,"by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":66,"type":"obligation-paid","prev":"P","at":"2026-11-02T01:01:05.000000Z","book":"custodian","obligation":"00000016-0000-0000-0000-000000000000","debtor":"000000d0-0000-0000-0000-000000000000","creditor":null,"payment":"00000075-0000-0000-0000-000000000000","amountFen":20,"kept":false,"by":"0000000c-0000-0000-0000-000000000000","creditedAt":null,"covers":true}""",
        """{"v":67,"type":"guarantee-confirmed","prev":"P","at":"2026-11-02T01:01:06.000000Z","book":"custodian","letter":"00000018-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":1000,"issuer":"杭州某银行","number":"LG-1","validUntil":"2027-06-30","receivedAt":"2026-11-01T01:00:00.000000Z","fileSha256":"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff","by":"0000000c-0000-0000-0000-000000000000"}""",
        """{"v":68,"type":"hold-placed","prev":"P","at":"2026-11-02T01:01:07.000000Z","book":"custodian","hold":"00000019-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-8","amountFen":300,"letter":"00000018-0000-0000-0000-000000000000","creditedBy":"2026-11-02T00:00:00.000000Z"}""",
        """{"v":69,"type":"hold-bound","prev":"P","at":"2026-11-02T01:01:08.000000Z","book":"custodian","hold":"00000019-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-8","amountFen":300}""",
        """{"v":70,"type":"guarantee-called","prev":"P","at":"2026-11-02T01:01:09.000000Z","book":"custodian","hold":"00000019-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-8","amountFen":300,"letter":"00000018-0000-0000-0000-000000000000"}""",
        """{"v":71,"type":"obligations-raised","prev":"P","at":"2026-11-02T01:01:10.000000Z","book":"custodian","about":"ZJP-8","cause":"called/00000019-0000-0000-0000-000000000000","owed":[{"id":"0000001b-0000-0000-0000-000000000000","kind":"guarantee-call","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","amountFen":300,"due":"2026-11-16","release":"at-once"}]}""",
        """{"v":72,"type":"hold-placed","prev":"P","at":"2026-11-02T01:01:11.000000Z","book":"custodian","hold":"0000001a-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-9","amountFen":200,"letter":"00000018-0000-0000-0000-000000000000","creditedBy":null}""",
        """{"v":73,"type":"hold-released","prev":"P","at":"2026-11-02T01:01:12.000000Z","book":"custodian","hold":"0000001a-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","auction":"ZJP-9","amountFen":200,"letter":"00000018-0000-0000-0000-000000000000","byAuction":true}""",
        """{"v":74,"type":"guarantee-ended","prev":"P","at":"2026-11-02T01:01:13.000000Z","book":"custodian","letter":"00000018-0000-0000-0000-000000000000","organisation":"0000000b-0000-0000-0000-000000000000","amountFen":700,"because":"returned"}""",
    ];

    [Fact]
    public void Every_line_ever_written_is_read_folded_and_written_back_byte_for_byte()
    {
        var (book, prev) = (Book.Named("custodian"), Zero);
        foreach (var text in Golden)
        {
            var bytes = Encoding.UTF8.GetBytes(text.Replace("\"prev\":\"P\"", $"\"prev\":\"{prev}\"", StringComparison.Ordinal));
            var line = BookLines.Read(bytes);
            Assert.Equal(bytes, FactLine.Write(line.Fact, line.Version, prev, line.At).Bytes);
            (book, prev) = (book.Fold(line), line.Hash);
        }

        // What the card brought went back to it, and came back.
        Assert.Equal(49_999_500 + 90, book.View(Bookkeeper.A).AvailableFen);
        // 2,000 came; 490 of the price and a deposit of 200 went, 100 came back.
        Assert.Equal((2_000 - 190 - 310 - 200 + 100 - 80, 1), (book.View(Bookkeeper.B).AvailableFen, book.View(Bookkeeper.B).Credits.Length));
        Assert.Equal(147 + 245 + 180 - 100 + 70, book.View(Bookkeeper.Seller).AvailableFen);
        Assert.Equal(300, book.Ledger[new Account(Purpose.Price)].PostedFen);
        Assert.Equal(50 + 8 + 20 + 10, book.Ledger[new Account(Purpose.Fee)].PostedFen);
        Assert.Equal(150, book.Ledger[new Account(Purpose.Forfeited)].PostedFen);
        // 120 went back to a card: 100 of them had been kept, 20 the payer made good.
        Assert.Equal((0, 0, 20), (book.OwesForCards(Bookkeeper.Id(0xD0)), book.Obligations[Bookkeeper.Id(0x15)].PaidFen, book.Obligations[Bookkeeper.Id(0x16)].PaidFen));
        Assert.Empty(Trials.Of(book).Failed);
        Assert.Equal((1_000 - 3, 3), (book.Ledger[new Account(Purpose.ProviderCosts)].PostedFen, book.Cards[Bookkeeper.Id(0x71)].FeeFen));
        Assert.Equal((300L, GuaranteeEnd.Returned), (book.Guarantees[Bookkeeper.Id(0x18)].CalledFen, book.Guarantees[Bookkeeper.Id(0x18)].Ended!.Value));
        Assert.Equal(0, book.Ledger[new Account(Purpose.Guarantors)].PostedFen);
        Assert.Equal(0, book.Ledger.Accounts.Values.Sum(b => b.PostedFen));
        Assert.Empty(book.Ledger.Open);
    }

    [Fact]
    public void Every_fact_of_a_book_stands_in_the_golden_log()
    {
        var shapes = typeof(BookFact).Assembly.GetTypes().Count(t => t.IsSubclassOf(typeof(BookFact)) && !t.IsAbstract);
        Assert.Equal(shapes, Golden.Select(g => BookLines.Read(Encoding.UTF8.GetBytes(g)).Fact.Type).Distinct().Count());
    }

    [Fact]
    public void A_claim_says_who_and_under_which_name_only_where_it_is_said()
    {
        const string Named = """{"v":1,"type":"release-claimed","prev":"P","at":"2026-11-02T01:00:21.000000Z","book":"custodian","obligation":"00000011-0000-0000-0000-000000000000","debtor":"0000000b-0000-0000-0000-000000000000","creditor":"0000005e-0000-0000-0000-000000000000","claim":"00000031-0000-0000-0000-000000000000","evidenceSha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","objectUntil":"2026-11-16T16:00:00.000000Z","evidenceName":"中试报告.pdf","by":"000000c1-0000-0000-0000-000000000000"}""";
        var bytes = Encoding.UTF8.GetBytes(Named.Replace("\"prev\":\"P\"", $"\"prev\":\"{Zero}\"", StringComparison.Ordinal));
        var line = BookLines.Read(bytes);
        Assert.Equal(("中试报告.pdf", new Guid(0xc1, 0, 0, new byte[8])), (Assert.IsType<ReleaseClaimed>(line.Fact).EvidenceName, ((ReleaseClaimed)line.Fact).By!.Value));
        Assert.Equal(bytes, FactLine.Write(line.Fact, 1, Zero, line.At).Bytes);
    }

    [Fact]
    public void A_payout_that_the_bank_sent_back_says_with_which_entry_only_where_it_is_said()
    {
        const string Returned = """{"v":1,"type":"payout-returned","prev":"P","at":"2026-11-02T01:00:21.000000Z","book":"custodian","payout":"00000053-0000-0000-0000-000000000000","organisation":"0000000a-0000-0000-0000-000000000000","amountFen":90,"reason":"账号不符","by":"0000000c-0000-0000-0000-000000000000","bankReference":"S3"}""";
        var bytes = Encoding.UTF8.GetBytes(Returned.Replace("\"prev\":\"P\"", $"\"prev\":\"{Zero}\"", StringComparison.Ordinal));
        var line = BookLines.Read(bytes);
        Assert.Equal("S3", Assert.IsType<PayoutReturned>(line.Fact).BankReference);
        Assert.Equal(bytes, FactLine.Write(line.Fact, 1, Zero, line.At).Bytes);
    }

    [Fact]
    public void A_line_that_nobody_wrote_is_a_fault() =>
        Assert.Throws<FormatException>(() => BookLines.Read(Encoding.UTF8.GetBytes(Golden[4].Replace("hold-placed", "hold-lost", StringComparison.Ordinal))));
}
