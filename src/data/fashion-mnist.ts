// Fashion-MNIST: its files, checksums, class names and download addresses.
import type { KnownDataset } from './sources.ts';

/**
 * Fashion-MNIST as corrected on 31 August 2017: 60,000 + 10,000 grey images of 28 x 28 pixels in ten classes.
 *
 * @see Xiao, H., Rasul, K., Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for benchmarking machine learning
 *   algorithms. arXiv:1708.07747.
 */
export const fashionMnist: KnownDataset = {
  name: 'fashion-mnist',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  files: {
    'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  systemFolder: '/usr/share/datasets/fashion-mnist',
  addresses: [
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    // The publisher's site has no HTTPS; the checksums protect the download.
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  debianPackage: 'dataset-fashion-mnist',
};
