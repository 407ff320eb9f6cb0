/**
 * Short forms and spellings of one given name, a line each: names of one line may be one person. Names that parents give side
 * by side (Henry and Harold, Anna and Hannah) stand in no line together, though a short form may fit both. Our own table, of common
 * English names with some others; a short form may stand in several lines (Pat is Patrick and Patricia).
 */
export const GIVEN_NAMES_OF_ONE = `
abigail abby abbie gail
abraham abe abram
adam ad
adelaide addie
agnes aggie
albert al bert bertie albie
alexander alex al alec alexandr aleksandr sasha xander lex aliaksandr oleksandr alastair
alexandra alex alexa sasha lexi lexie allie
alfred al alf alfie fred freddie
alice allie ali alyce
alison allison ali allie alyson
alistair alasdair alastair ali
amanda mandy manda amy
amelia millie emilia
anastasia nastassia anastassia nastasia stacy stasia tasia
andrea andi drea andie
andrew andy drew andreas andrei andrey andre
angela angie ange angel
ann anne anna annie ana nan anya
annabelle annabel anabel anabella annabella belle bella
anthony tony antony ant antonio
antoinette toni netta
archibald archie
arthur art artie
barbara barb babs barbie bobbie
bartholomew bart
beatrice bea trixie beatrix
benjamin ben benny benji bennie
bernard bernie barney
bethany beth
bradley brad
brandon bran
brenda bren
brian bryan bryon bri
bridget bridie biddy
caleb cal
cameron cam cammy
candace candice candy kandace kandice
caroline carolyn carrie caro carolina
catherine katherine kathryn cathy kathy kate katie kat kitty cate cath kath katharine catharine cathryn katrina
cecilia cecily celia cissy
charles charlie chuck chas charley
charlotte charlie lottie char lotte
chloe khloe
christian chris christiaan kristian
christina chris tina christine chrissy kristina christa
christopher chris kit topher kristopher kris christoph
clara clare claire klara
clifford cliff
constance connie
corey cory
courtney court
curtis curt
cynthia cindy
daniel dan danny daniil
danielle daniella daniela dani danni
darren darryl
david dave davey davy davie
deborah debra deb debbie debby
dennis denis denny
diana diane dianne di
dominic dom nick dominick
donald don donny donnie
dorothy dot dottie dolly dorothea
douglas doug dougie
edward ed eddie eddy ted teddy ned eduardo
eleanor ellie nell nellie elinor leonora nora lenore
elizabeth liz beth lizzie betty eliza elisabeth betsy libby elsie bess bessie lizbeth
ellen ellie nell
emily em emmy emilie
emma em emmy
eric erik erich
ethan ethen
eugene gene
evelyn eve ev
evie eve eva
ezekiel zeke
florence flo florrie flossie
frances fran francie frankie fanny
francis frank fran frankie francisco franz
franklin frank
frederick fred freddie freddy fredrick frederic
gabriel gabe
gabrielle gabby gabi gabriella gaby
geoffrey jeffrey jeff geoff jeffery
george georgie georg jorge georges
georgia georgie
georgina georgie gina
gerald gerry jerry gerard
gillian jill gill jillian
gordon gord
grace gracie
graham graeme grahame
gregory greg gregg
gwendolyn gwen
hannah hanna
harold harry hal
harriet hattie harriett
harrison harry
heather heath
helen helena nell lena
henry harry hank hal henri heinrich
herbert herb bert bertie
howard howie
hubert bert
hugh hughie
ian iain
imogen immy
isaac ike isaak
isabella isabel bella izzy isobel isabelle belle
jacob jake jakob
jacqueline jackie jacqui jaclyn
james jim jimmy jamie jem jaime
jane janie jayne
janet jan janice
jasmine jas jazz yasmin
jason jay jase
jayden jay jaden
jennifer jen jenny jennie jenna
jeremiah jerry jem
jeremy jerry jem
jessica jess jessie
joan joanie jo
joanna jo joanne joann
john jack johnny jon jonny johnnie johan johann juan ivan
jonathan jon jonny jonathon johnathan
joseph joe joey jo jose josef
josephine jo josie
joshua josh
joyce joy
judith judy jude judi
julian jules
julia julie jules juliet juliette
kaylee keeley kayleigh keely kayley
kayleigh kay
kenneth ken kenny
kevin kev
kimberly kim kimberley kimmy
kristen kristin kirsten christen kris
lachlan lachie
laura laurie lori lora
lauren laurie loren lauryn
lawrence larry laurence lawrie laurie
leah lea leigh
lee leigh lea
leo leon leonardo
leonard len lenny leo
lesley leslie les
lewis lew louis luis
lillian lily lil lilly lillie
linda lynda lin lindy
logan loge
lola dolores
louis lou louie luis lewis
louise lou louisa
lucas luke luc lukas luca
lucy lucille lucinda lucie lucia
lydia liddy
madeleine maddie maddy madeline madelyn
magdalena maggie magda lena
margaret maggie meg peggy peggie marge margie madge margo
maria mary marie mariah
marjorie marge margie marj
mark marc marcus marco markus
martha marty mattie
martin marty martyn
mary marie maria molly polly mae mamie
matilda tilly mattie tilda
matthew matt matty mathew matthias
maurice morris morrie mo moe
maximilian max
maxwell max
megan meg meghan
melanie mel
melissa mel missy lissa
michael mike mick mickey mikey micky michal mikhail miguel micheal
michelle shelly michele mich shell
mildred millie
mitchell mitch
mohammed mohamed muhammad mohammad muhammed mohamad mhd mo md mehmet mahomed
morgan morg
nancy nan
natalie nat nathalie natalia
nathan nate nat nathaniel
nathaniel nathan nate nat
nicholas nick nicky nicolas nico nikolas klaus nikolai
nicole nicky nikki nicola
noah noa
norman norm
oliver ollie olly
olivia liv livvy ollie livia
oscar oskar
oswald oz ozzie
pamela pam
patricia pat patty tricia trish patti patsy
patrick pat paddy
paul pauly pablo pavel
penelope penny
peter pete pedro piotr petr
philip phil phillip pip
phoebe pheobe
phyllis phyl
prudence pru
rachel rach rachael raquel
ralph rafe ralf
raymond ray
rebecca becky becca bec reba rebekah
reginald reg reggie
rhys reece reese
richard rick dick rich ricky richie ricardo rickie
riley reilly
robert bob rob bobby robbie bert roberto robby robb bobbie
roberta bobbie robbie
roderick rod roddy
rodney rod
roger rodge
ronald ron ronnie ronny
rose rosie rosa
rosemary rosie rose rosemarie
roy roi
russell russ
ruth ruthie
ryan rian
samantha sam sammy
samuel sam sammy
sandra sandy
sara sarah sally sahra
scott scottie
sebastian seb bas bastian
shannon shan
sharon shaz
sheila shelagh
sidney sid sydney
simon si
sophia sophie sofia sofie
stanley stan
stella estelle
stephanie steph stevie stephany
stephen steve steven stevie stefan stephan
stuart stewart stu
susan sue susie suzanne suzie susanne susanna suzanna
sylvia sylvie silvia
tabitha tabby
tamara tammy tam
terence terry terrance terrence
teresa theresa terry tess tessa terri
thaddeus thad
theodore theo ted teddy
thomas tom tommy thom tomas
timothy tim timmy
toby tobias
tracy tracey
travis trav
valerie val
vanessa nessa
veronica ronnie vera
victor vic viktor
victoria vicky vicki tori vick
vincent vince vinny vin
virginia ginny ginger
vivian viv vivien vivienne
walter walt wally
wesley wes
wilfred wilf will fred
william will bill billy willie liam willy guillermo wilhelm
winifred winnie freda
zachary zach zack zac zachariah zackary
zoe zoey
`;
