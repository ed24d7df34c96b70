namespace Marketplace.Domain.Organisations;

/// <summary>The counties of Zhejiang as data: each line a city with its code, and the last two digits and names under it; after the stroke the Latin spelling.</summary>
internal static class ZhejiangRegions
{
    private const string Lines = """
        3301 杭州市/Hangzhou 02上城区/Shangcheng 05拱墅区/Gongshu 06西湖区/Xihu 08滨江区/Binjiang 09萧山区/Xiaoshan 10余杭区/Yuhang 11富阳区/Fuyang 12临安区/Lin'an 13临平区/Linping 14钱塘区/Qiantang 22桐庐县/Tonglu 27淳安县/Chun'an 82建德市/Jiande
        3302 宁波市/Ningbo 03海曙区/Haishu 05江北区/Jiangbei 06北仑区/Beilun 11镇海区/Zhenhai 12鄞州区/Yinzhou 13奉化区/Fenghua 25象山县/Xiangshan 26宁海县/Ninghai 81余姚市/Yuyao 82慈溪市/Cixi
        3303 温州市/Wenzhou 02鹿城区/Lucheng 03龙湾区/Longwan 04瓯海区/Ouhai 05洞头区/Dongtou 24永嘉县/Yongjia 26平阳县/Pingyang 27苍南县/Cangnan 28文成县/Wencheng 29泰顺县/Taishun 81瑞安市/Rui'an 82乐清市/Yueqing 83龙港市/Longgang
        3304 嘉兴市/Jiaxing 02南湖区/Nanhu 11秀洲区/Xiuzhou 21嘉善县/Jiashan 24海盐县/Haiyan 81海宁市/Haining 82平湖市/Pinghu 83桐乡市/Tongxiang
        3305 湖州市/Huzhou 02吴兴区/Wuxing 03南浔区/Nanxun 21德清县/Deqing 22长兴县/Changxing 23安吉县/Anji
        3306 绍兴市/Shaoxing 02越城区/Yuecheng 03柯桥区/Keqiao 04上虞区/Shangyu 24新昌县/Xinchang 81诸暨市/Zhuji 83嵊州市/Shengzhou
        3307 金华市/Jinhua 02婺城区/Wucheng 03金东区/Jindong 23武义县/Wuyi 26浦江县/Pujiang 27磐安县/Pan'an 81兰溪市/Lanxi 82义乌市/Yiwu 83东阳市/Dongyang 84永康市/Yongkang
        3308 衢州市/Quzhou 02柯城区/Kecheng 03衢江区/Qujiang 22常山县/Changshan 24开化县/Kaihua 25龙游县/Longyou 81江山市/Jiangshan
        3309 舟山市/Zhoushan 02定海区/Dinghai 03普陀区/Putuo 21岱山县/Daishan 22嵊泗县/Shengsi
        3310 台州市/Taizhou 02椒江区/Jiaojiang 03黄岩区/Huangyan 04路桥区/Luqiao 22三门县/Sanmen 23天台县/Tiantai 24仙居县/Xianju 81温岭市/Wenling 82临海市/Linhai 83玉环市/Yuhuan
        3311 丽水市/Lishui 02莲都区/Liandu 21青田县/Qingtian 22缙云县/Jinyun 23遂昌县/Suichang 24松阳县/Songyang 25云和县/Yunhe 26庆元县/Qingyuan 27景宁畲族自治县/Jingning 81龙泉市/Longquan
        """;

    public static IEnumerable<Region> All()
    {
        yield return new Region("330000", "浙江省", "Zhejiang");
        foreach (var line in Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var words = line.Split(' ');
            var (city, latin) = Names(words[1]);
            yield return new Region(words[0] + "00", city, latin);
            foreach (var county in words.Skip(2))
            {
                var (name, spelt) = Names(county[2..]);
                yield return new Region(words[0] + county[..2], city + name, $"{spelt}, {latin}");
            }
        }
    }

    private static (string Name, string Latin) Names(string word) => (word[..word.IndexOf('/', StringComparison.Ordinal)], word[(word.IndexOf('/', StringComparison.Ordinal) + 1)..]);
}
