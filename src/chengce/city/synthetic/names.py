"""Name the zones of the fictional town, in Chinese and English."""

Named = tuple[tuple[str, str], ...]

NORTH_ZONES: Named = (
    ("北山村", "Beishan Village"), ("林场路", "Linchang Road"), ("工业园一区", "Industrial Park One"),
    ("工业园二区", "Industrial Park Two"), ("北关", "Beiguan"), ("苗圃", "Miaopu"),
    ("东岭村", "Dongling Village"), ("机械厂", "Machinery Works"), ("轴承厂", "Bearing Works"),
    ("纺织新村", "Fangzhi New Village"), ("工农村", "Gongnong Village"), ("迎宾花园", "Yingbin Garden"),
    ("文苑", "Wenyuan"), ("第一中学", "First Middle School"), ("建新里", "Jianxin Lane"),
    ("翠园", "Cuiyuan"), ("锦绣城", "Jinxiu Town"), ("碧水湾", "Bishui Bay"),
    ("东湖湾", "East Lake Bay"), ("阳光里", "Yangguang Lane"), ("西园村", "Xiyuan Village"),
    ("棉纺厂", "Cotton Mill"), ("幸福里", "Xingfu Lane"), ("和平里", "Heping Lane"),
    ("钟楼", "Bell Tower"), ("十字街", "Cross Street"), ("新华里", "Xinhua Lane"),
    ("文庙", "Confucian Temple"), ("公园里", "Park Lane"), ("建设里", "Jianshe Lane"),
    ("荷花池", "Lotus Pond"), ("东风里", "Dongfeng Lane"), ("东塘", "East Pond"),
    ("西关", "Xiguan"), ("菜园", "Caiyuan"), ("人民里", "Renmin Lane"),
    ("中山里", "Zhongshan Lane"), ("老城隍庙", "Old Temple"), ("解放里", "Jiefang Lane"),
    ("滨河里", "Riverside Lane"), ("码头", "Wharf"), ("粮站", "Grain Depot"),
    ("朝阳里", "Chaoyang Lane"), ("东滩", "East Bank"),
)  # fmt: skip
SOUTH_ZONES: Named = (
    ("西滩村", "West Bank Village"), ("砖瓦厂", "Brickworks"), ("南关西", "Nanguan West"),
    ("南关中", "Nanguan Middle"), ("南关东", "Nanguan East"), ("渡口", "Ferry Landing"),
    ("东渡村", "Dongdu Village"), ("半坡上", "Upper Banpo"), ("半坡下", "Lower Banpo"),
    ("柳林西", "Liulin West"), ("柳林中", "Liulin Middle"), ("柳林东", "Liulin East"),
    ("化肥厂", "Fertiliser Works"), ("南山村", "Nanshan Village"), ("石桥村", "Shiqiao Village"),
    ("河湾村", "Hewan Village"),
)  # fmt: skip
